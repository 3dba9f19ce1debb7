// What stands between the cards: headings that fold, and the line about cards that are left out.

import { h } from '../../lib/dom.js';
import { formatStep } from '../../lib/format.js';
import { say } from '../../lib/say.js';

const INDENT = 18; // CSS pixels for each level

/**
 * @param {import('./cards.js').Head} item
 * @param {(path: string, open: boolean) => void} onFold
 */
export function createHeading(item, onFold) {
  const name = h('h2', null, item.name);
  const count = h('span', { class: 'faint' }, formatStep(item.count));
  if (!item.path) return { element: h('div', { class: 'group' }, name, count) };
  const button = h('button', { type: 'button', class: 'quiet fold', title: item.path, onclick: () => onFold(item.path, !item.open) }, name, count);
  /** @param {import('./cards.js').Head} next */
  function update(next) {
    item = next;
    count.textContent = formatStep(item.count);
    button.setAttribute('aria-expanded', String(item.open));
  }
  update(item);
  return { element: h('div', { class: 'group', style: { paddingLeft: `${(item.depth - 1) * INDENT}px` } }, button), update };
}

/**
 * @param {import('./cards.js').Line} item
 * @param {(shown: boolean) => void} onShow
 */
export function createLine({ aside, shown }, onShow) {
  return { element: h('p', { class: 'faint aside-line' }, `${say(shown ? 'cards.bare.shown' : 'cards.bare.hidden', { n: aside })} `,
    h('button', { type: 'button', class: 'quiet', onclick: () => onShow(!shown) }, say(shown ? 'cards.bare.hide' : 'cards.bare.show'))) };
}
