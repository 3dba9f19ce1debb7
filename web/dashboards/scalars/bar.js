// The bar above the cards: search, folding, a new card.

import { h } from '../../lib/dom.js';
import { counted, formatStep } from '../../lib/format.js';

/**
 * @param {import('./cards.js').Choice} choice
 * @param {(key: string, value: string | null) => void} choose
 * @param {() => void} onNew
 */
export function createBar(choice, choose, onNew) {
  const filter = h('input', {
    type: 'search', class: 'tag-filter', placeholder: 'Search tags', 'aria-label': 'Search tags', 'data-filter': '',
    value: choice.text, oninput: () => choose('tags', filter.value),
  });
  const regex = h('button', {
    type: 'button', class: 'quiet', title: 'Regular expression', 'aria-label': 'Regular expression',
    onclick: () => choose('match', regex.getAttribute('aria-pressed') === 'true' ? null : 'regex'),
  }, '.*');
  const matches = h('span', { class: 'faint', role: 'status' });
  const fold = h('button', { type: 'button', class: 'quiet', onclick: () => setFolds('folded') }, 'Fold all');
  const open = h('button', { type: 'button', class: 'quiet', onclick: () => setFolds('open') }, 'Open all');
  /** @param {'open' | 'folded'} all */
  function setFolds(all) {
    for (const key of ['open', 'folded']) choose(key, null);
    choose('folds', all);
  }
  return {
    element: h('div', { class: 'bar' }, filter, regex, matches, h('span', { class: 'grow' }), fold, open,
      h('button', { type: 'button', class: 'quiet', title: 'A card of several tags', onclick: onNew }, 'New card…')),
    /**
     * @param {import('./cards.js').Choice} now
     * @param {{ found: number, of: number, error: string, folds: boolean }} told
     */
    show(now, { found, of, error, folds }) {
      if (filter.value !== now.text) filter.value = now.text;
      filter.classList.toggle('invalid', error !== '');
      regex.setAttribute('aria-pressed', String(now.regex));
      matches.textContent = error || (now.text ? `${formatStep(found)} of ${counted(of, 'tag')}` : '');
      fold.hidden = open.hidden = !folds;
    },
  };
}
