// The filter of the runs: one input for text, regular expressions and expressions, which says as what it
// takes them, how many runs match, and where a mistake is.

import { fill, h } from '../lib/dom.js';
import { FIXED } from '../lib/column_keys.js';
import { modeOf } from '../lib/run_filter.js';
import { say } from '../lib/say.js';
import { LANGUAGE } from '../texts/en.js';

const MODES = { text: say('filter.text'), regex: say('filter.regex'), expression: say('filter.expression') };

/** What can be typed, which is the same in every language, and what it means. */
const EXAMPLES = [
  ['lr < 1e-3 and bs in (32, 64)', say('example.compare')],
  ['name ~ "resnet" and not opt = sgd', say('example.regex')],
  ['1e-4 <= lr < 1e-2', say('example.between')],
  ['last(loss) < 0.1 or min("val/loss") < 0.2', say('example.tag')],
  ['status = diverged or nan_step > 0', say('example.status')],
  ['duration > 2h and points >= 10k', say('example.units')],
  ['start > "2026-03-31 18:00"', say('example.date')],
  ['`learning rate` = 0.1', say('example.backticks')],
];

/** @param {import('../app/types.js').Context} ctx */
export function createFilterBox(ctx) {
  const { runs, state } = ctx;
  const input = h('input', {
    type: 'search', class: 'run-filter', placeholder: say('filter.runs'), 'aria-label': say('filter.runs'), 'aria-describedby': 'run-filter-said', spellcheck: false,
    autocomplete: 'off', value: state.get('filter') ?? '', oninput: typed,
  });
  const mode = h('select', { class: 'run-mode', 'aria-label': say('filter.mode'), title: say('filter.mode.about'), onchange: () => runs.search(input.value, mode.value || null) });
  const help = h('dialog', { class: 'help run-help' });
  const ask = h('button', { type: 'button', class: 'quiet', 'aria-label': say('filter.help'), title: say('filter.help'), onclick: explain }, '?');
  const said = h('div', { class: 'run-said', id: 'run-filter-said', role: 'status' });
  const asks = h('span', null, ask, help);
  const taken = h('div', { class: 'run-taken' }, mode, said);

  function typed() {
    runs.search(input.value, state.get('filter_as'));
  }
  function show() {
    const { text, mistake, matching, waiting } = runs.filter.value;
    if (input.value !== text) input.value = text;
    const auto = MODES[modeOf(text)];
    const chosen = state.get('filter_as') ?? '';
    taken.hidden = !text.trim() && !chosen; // as what nothing is taken nobody needs to know
    fill(mode, [['', text.trim() ? auto : say('filter.auto')], ...Object.entries(MODES).map(([value, name]) => [value, say('filter.always', { mode: name.toLocaleLowerCase(LANGUAGE) })])]
      .map(([value, name]) => h('option', { value, selected: value === chosen }, value === chosen && value ? MODES[/** @type {keyof MODES} */ (value)] : name)));
    input.classList.toggle('invalid', mistake !== null);
    input.setAttribute('aria-invalid', String(mistake !== null));
    if (mistake) fill(said, underlined(text, mistake), h('p', { class: 'bad' }, sentence(mistake.message), text.trim() && matching ? say('filter.before') : ''));
    else if (runs.facts.error.value && waiting) fill(said, h('p', { class: 'bad' }, runs.facts.error.value));
    else if (waiting) fill(said, h('p', { class: 'faint' }, say('filter.asking')));
    else if (matching) fill(said, h('p', { class: 'faint' }, say('filter.match', { n: matching.size, all: runs.list.value.length })));
    else fill(said);
  }
  /** The text, with the place of a mistake marked. @param {string} text @param {import('../lib/expression.js').Mistake} mistake */
  function underlined(text, { at, length }) {
    const behind = at >= text.length;
    return h('code', { class: 'run-mistake' }, text.slice(0, at), h('mark', null, behind ? ' ' : text.slice(at, at + length)), text.slice(at + length));
  }
  function explain() {
    const params = runs.facts.paramNames(runs.list.value);
    fill(help, h('h2', null, say('filter.runs')),
      h('p', null, say('filter.about')),
      h('dl', { class: 'run-examples' }, EXAMPLES.flatMap(([example, about]) => [
        h('dt', null, h('button', { type: 'button', class: 'link', title: say('filter.take'), onclick: () => take(example) }, h('code', null, example))),
        h('dd', { class: 'faint' }, about)])),
      h('p', null, say('filter.columns'), ' ', [...FIXED, ...params].slice(0, 40).flatMap((name, i) => [i ? ', ' : '', h('code', null, name)])),
      h('p', { class: 'faint' }, say('filter.rules')),
      h('button', { type: 'button', onclick: () => help.close() }, say('close')));
    help.showModal();
  }
  /** @param {string} example */
  function take(example) {
    help.close();
    input.value = example;
    runs.search(example, null);
    input.focus();
  }
  const stops = [runs.filter.subscribe(show), runs.facts.error.subscribe(show), runs.list.subscribe(show)];
  show();
  return { input, help: asks, taken, clear: () => runs.search('', state.get('filter_as')), destroy: () => stops.forEach((stop) => stop()) };
}

/** @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? '' : '.');
