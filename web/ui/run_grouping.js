// The button above the run table that groups runs, and what hangs on it.

import { h } from '../lib/dom.js';
import { groupingIn, titleOf, writtenGrouping } from '../lib/grouping.js';
import { say } from '../lib/say.js';
import { openPopup } from './popup.js';

const MOST = 100; // hyper-parameters that are listed

/** @typedef {import('../lib/grouping.js').Grouping} Grouping */

/** @param {import('../app/types.js').Context} ctx */
export function createGrouping(ctx) {
  const { runs, state } = ctx;
  const button = h('button', { type: 'button', class: 'quiet', title: say('groups.about'), 'aria-haspopup': 'dialog', 'aria-expanded': 'false', onclick: () => openGrouping(button, ctx) }, say('groups.button'));
  function show() {
    button.classList.toggle('on', state.get('group') !== null);
  }
  show();
  const stop = state.subscribe(show);
  return {
    button,
    destroy() {
      stop();
      runs.facts.want('grouping', null);
    },
  };
}

/**
 * Opens the choice of groups.
 * @param {Element} anchor
 * @param {import('../app/types.js').Context} ctx
 */
function openGrouping(anchor, ctx) {
  const { runs, state } = ctx;
  runs.facts.want('grouping', []);
  const current = () => groupingIn(state.get('group'));
  /** @type {'by' | 'but'} how what is checked counts, while nothing is */
  let way = 'by';
  /** @param {Grouping | null} next */
  function take(next) {
    runs.groupBy(writtenGrouping(next));
    popup.redraw();
  }
  const checked = () => {
    const now = current();
    return now === null ? [] : 'by' in now ? now.by : now.but;
  };
  /** @param {'by' | 'but'} next @param {string[]} names */
  function choose(next, names) {
    way = next;
    if (next === 'but') take({ but: names });
    else take(names.length ? { by: names } : null);
  }
  /** @param {string} name @param {boolean} is @param {() => void} onChange @param {string} [about] */
  const option = (name, is, onChange, about = '') => h('label', { class: 'toggle' },
    h('input', { type: 'radio', name: 'grouping', 'aria-label': name, checked: is, onchange: onChange }), h('span', null, name, about && h('span', { class: 'faint' }, ` ${about}`)));
  /** @param {{ name: string, values: number }} factor */
  const box = ({ name, values }) => h('label', { class: 'toggle' },
    h('input', { type: 'checkbox', 'aria-label': titleOf(name), checked: checked().includes(name), onchange: () => {
      const names = checked();
      choose(way, names.includes(name) ? names.filter((one) => one !== name) : [...names, name]);
    } }), h('span', null, titleOf(name)), h('span', { class: 'faint' }, say('columns.values', { n: values })));
  /** @param {() => void} close */
  function content(close) {
    const foot = h('div', { class: 'popup-foot' }, h('span', { class: 'faint group-count' }, countOf()), h('button', { type: 'button', onclick: close }, say('done')));
    const factors = runs.groups.factors();
    if (!factors.length) return [h('h3', null, say('groups.button')), h('p', { class: 'faint' }, runs.facts.answer.value ? say('groups.none') : say('filter.asking')), foot];
    const suggestion = runs.groups.suggestion();
    const now = current();
    if (now) way = 'by' in now ? 'by' : 'but';
    const isSuggested = Boolean(suggestion && now && writtenGrouping(now) === writtenGrouping(suggestion));
    return [
      h('h3', null, say('groups.button')), option(say('groups.single'), now === null, () => take(null)),
      ...(suggestion ? [option(nameOf(suggestion.but), isSuggested, () => take(suggestion), say('groups.suggested'))] : []),
      option(say('groups.by'), now !== null && !isSuggested && way === 'by', () => choose('by', checked().length ? checked() : [factors[0].name])),
      option(say('groups.rest'), now !== null && !isSuggested && way === 'but', () => choose('but', checked().length ? checked() : [factors[0].name])),
      h('h3', null, say('columns.params')), ...factors.slice(0, MOST).map(box),
      h('p', { class: 'faint group-note' }, say('groups.note')), foot,
    ];
  }
  function countOf() {
    const groups = runs.groups.groups.value;
    return groups && !groups.waiting ? say('groups.count', { groups: say('count.group', { n: groups.list.length }), runs: say('count.run', { n: runs.list.value.length }) }) : '';
  }
  const popup = openPopup(anchor, say('groups.button'), content);
  const stop = runs.facts.answer.subscribe(() => {
    if (anchor.getAttribute('aria-expanded') === 'true') popup.redraw();
    else stop();
  });
}

/** @param {string[]} names */
const nameOf = (names) => (names.length ? say('groups.but', { names: names.map(titleOf).join(', ') }) : say('groups.but.number'));
