// The palette: one input that finds commands, pages, runs and tags, and does what is chosen. To screen
// readers it is a combobox with a list (ARIA Authoring Practices, "combobox with listbox popup").

import { fill, h } from '../lib/dom.js';
import { shownKeys } from '../lib/keys.js';
import { say } from '../lib/say.js';
import { createSearch } from '../lib/search.js';
import { isMac } from './key_sheet.js';
import { formatHash, parseHash } from './state.js';

const MOST = 60; // that are listed
const PAGE = 8; // that PageDown goes

/** @typedef {{ sort: string, name: string, keys?: string, act: () => void }} Item */

/**
 * What is found of a text, best first; what is found alike stays in its order.
 * @template {{ name: string }} T
 * @param {readonly T[]} items @param {string} text
 */
export function found(items, text) {
  const { test } = createSearch(text, false);
  const scored = items.map((item, at) => ({ item, at, score: test(item.name) })).filter(({ score }) => !Number.isNaN(score));
  if (text.trim()) scored.sort((a, b) => b.score - a.score || a.at - b.at);
  return scored.map(({ item }) => item);
}

/** @param {import('./types.js').Context} ctx */
export function createPalette({ api, commands, runs, state }) {
  const list = h('ul', { class: 'palette-list', id: 'palette-list', role: 'listbox', 'aria-label': say('palette.found') });
  const input = h('input', {
    type: 'text', class: 'palette-input', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': list.id, 'aria-autocomplete': 'list', 'aria-label': say('palette.name'),
    placeholder: say('palette.hint'), autocomplete: 'off', spellcheck: false, oninput: show, onkeydown: pressed,
  });
  const told = h('p', { class: 'faint palette-told', role: 'status' });
  const element = h('dialog', { class: 'palette-box', 'aria-label': say('palette.name'), onclick: outside }, input, list, told);
  /** @type {Item[]} */
  let items = [];
  /** @type {string[]} */
  let tags = [];
  let at = 0;

  /** @returns {Item[]} */
  function all() {
    return [
      ...commands.ready().map(({ name, keys, act }) => ({ sort: say('palette.command'), name, keys, act: /** @type {() => void} */ (act) })),
      ...tags.map((tag) => ({ sort: say('palette.tag'), name: tag, act: () => toTag(tag) })),
      ...runs.list.value.map(({ id, name }) => ({ sort: say('palette.run'), name, act: () => runs.show(new Set([id])) })),
    ];
  }
  /** @param {string} tag */
  function toTag(tag) {
    const { values } = parseHash(state.hash('scalars'));
    values.delete('match');
    values.set('tags', tag);
    state.go(formatHash('scalars', values));
  }
  function show() {
    const matching = found(all(), input.value);
    items = matching.slice(0, MOST);
    at = 0;
    fill(list, items.map(({ sort, name, keys }, i) => h('li', { role: 'option', id: `palette-${i}`, onclick: () => choose(i), onpointermove: () => at !== i && mark(i) },
      h('span', { class: 'palette-name' }, name), h('span', { class: 'faint' }, sort),
      keys && h('span', { class: 'palette-keys' }, shownKeys(keys, isMac()).map((key) => h('kbd', null, key))))));
    told.textContent = matching.length ? say('palette.count', { n: matching.length }) : say('palette.none');
    mark(0);
  }
  /** @param {number} next */
  function mark(next) {
    at = Math.max(0, Math.min(items.length - 1, next));
    [...list.children].forEach((child, i) => child.setAttribute('aria-selected', String(i === at)));
    if (items.length) input.setAttribute('aria-activedescendant', `palette-${at}`);
    else input.removeAttribute('aria-activedescendant');
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  }
  /** @param {number} index */
  function choose(index) {
    const item = items[index];
    if (!item) return;
    element.close();
    item.act();
  }
  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.isComposing) return; // a syllable that is being put together
    const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at + items.length - 1) % items.length, PageDown: at + PAGE, PageUp: at - PAGE }[event.key];
    if (to !== undefined) mark(to);
    else if (event.key === 'Enter') choose(at);
    else return;
    event.preventDefault();
  }
  /** @param {MouseEvent} event */
  function outside(event) {
    if (event.target === element) element.close();
  }
  async function askTags() {
    try {
      const answer = await api.get('api/scalars/tags', { runs: 'numbers' });
      tags = answer.tags.map((/** @type {{ tag: string }} */ { tag }) => tag);
    } catch (error) {
      told.textContent = /** @type {Error} */ (error).message;
      return;
    }
    if (!element.open) return;
    const chosen = at > 0 ? items[at] : null; // whoever walks through the list already stays where they are
    show();
    mark(items.findIndex(({ sort, name }) => sort === chosen?.sort && name === chosen.name));
  }
  return {
    element,
    open() {
      input.value = '';
      element.showModal();
      show();
      askTags();
    },
  };
}
