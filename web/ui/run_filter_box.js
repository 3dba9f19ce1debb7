// The filter of the runs: one input for text, regular expressions and expressions, which says as what it
// takes them, how many runs match, and where a mistake is.

import { fill, h } from '../lib/dom.js';
import { formatStep } from '../lib/format.js';
import { FIXED } from '../lib/column_keys.js';
import { modeOf } from '../lib/run_filter.js';

const MODES = { text: 'Text', regex: 'Regex', expression: 'Expression' };

const EXAMPLES = [
  ['lr < 1e-3 and bs in (32, 64)', 'comparisons < <= > >= = !=, in, and, or, not, brackets'],
  ['name ~ "resnet" and not opt = sgd', '~ finds a regular expression in a text, !~ does not'],
  ['1e-4 <= lr < 1e-2', 'both ends at once'],
  ['last(loss) < 0.1 or min("val/loss") < 0.2', 'last, best, min, max of a tag; last_step, min_step, max_step where that was'],
  ['status = diverged or nan_step > 0', 'running, stopped, diverged; the step of the first NaN'],
  ['duration > 2h and points >= 10k', 'units s, m, h, d and k, M'],
  ['start > "2026-03-31 18:00"', 'a date, with or without the time'],
  ['`learning rate` = 0.1', 'a name with spaces or signs in it stands in `backticks`'],
];

/** @param {import('../app/types.js').Context} ctx */
export function createFilterBox(ctx) {
  const { runs, state } = ctx;
  const input = h('input', {
    type: 'search', class: 'run-filter', placeholder: 'Filter runs', 'aria-label': 'Filter runs', 'aria-describedby': 'run-filter-said', spellcheck: false,
    autocomplete: 'off', value: state.get('filter') ?? '', oninput: typed,
  });
  const mode = h('select', { class: 'run-mode', 'aria-label': 'The filter is taken as', title: 'As what the filter is taken', onchange: () => runs.search(input.value, mode.value || null) });
  const help = h('dialog', { class: 'help run-help' });
  const ask = h('button', { type: 'button', class: 'quiet', 'aria-label': 'What can be typed here', title: 'What can be typed here', onclick: explain }, '?');
  const said = h('div', { class: 'run-said', id: 'run-filter-said', role: 'status' });
  const asks = h('span', null, ask, help);

  function typed() {
    runs.search(input.value, state.get('filter_as'));
  }
  function show() {
    const { text, mistake, matching, waiting } = runs.filter.value;
    if (input.value !== text) input.value = text;
    const auto = MODES[modeOf(text)];
    const chosen = state.get('filter_as') ?? '';
    fill(mode, [['', text.trim() ? auto : 'Auto'], ...Object.entries(MODES).map(([value, name]) => [value, `Always ${name.toLowerCase()}`])]
      .map(([value, name]) => h('option', { value, selected: value === chosen }, value === chosen && value ? MODES[/** @type {keyof MODES} */ (value)] : name)));
    input.classList.toggle('invalid', mistake !== null);
    input.setAttribute('aria-invalid', String(mistake !== null));
    if (mistake) fill(said, underlined(text, mistake), h('p', { class: 'bad' }, sentence(mistake.message), text.trim() && matching ? ' The filter before this one stays in force.' : ''));
    else if (runs.facts.error.value && waiting) fill(said, h('p', { class: 'bad' }, runs.facts.error.value));
    else if (waiting) fill(said, h('p', { class: 'faint' }, 'Asking for the values…'));
    else if (matching) fill(said, h('p', { class: 'faint' }, `${formatStep(matching.size)} of ${formatStep(runs.list.value.length)} match`));
    else fill(said);
  }
  /** The text, with the place of a mistake marked. @param {string} text @param {import('../lib/expression.js').Mistake} mistake */
  function underlined(text, { at, length }) {
    const behind = at >= text.length;
    return h('code', { class: 'run-mistake' }, text.slice(0, at), h('mark', null, behind ? ' ' : text.slice(at, at + length)), text.slice(at + length));
  }
  function explain() {
    const params = runs.facts.paramNames(runs.list.value);
    fill(help, h('h2', null, 'Filter runs'),
      h('p', null, 'Text is looked for in names. Signs such as ^ | [ ] make it a regular expression, and a comparison an expression:'),
      h('dl', { class: 'run-examples' }, EXAMPLES.flatMap(([example, about]) => [
        h('dt', null, h('button', { type: 'button', class: 'link', title: 'Put it into the filter', onclick: () => take(example) }, h('code', null, example))),
        h('dd', { class: 'faint' }, about)])),
      h('p', null, 'Columns: ', [...FIXED, ...params].slice(0, 40).flatMap((name, i) => [i ? ', ' : '', h('code', null, name)])),
      h('p', { class: 'faint' }, 'What is compared with a value that a run does not have is false. Runs are drawn when they are checked and match.'),
      h('button', { type: 'button', onclick: () => help.close() }, 'Close'));
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
  return { input, mode, help: asks, said, clear: () => runs.search('', state.get('filter_as')), destroy: () => stops.forEach((stop) => stop()) };
}

/** @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? '' : '.');
