// The bar above the cards: search, folding, a new card.

import { h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';

/**
 * @param {import('./cards.js').Choice} choice
 * @param {(key: string, value: string | null) => void} choose
 * @param {() => void} onNew
 * @param {() => void} onCompare
 * @param {HTMLElement} more what stands behind its buttons
 */
export function createBar(choice, choose, onNew, onCompare, more) {
  const filter = h('input', {
    type: 'search', class: 'tag-filter', placeholder: say('tags.search'), 'aria-label': say('tags.search'), 'data-filter': '',
    value: choice.text, oninput: () => choose('tags', filter.value),
  });
  const regex = h('button', {
    type: 'button', class: 'quiet', title: say('tags.regex'), 'aria-label': say('tags.regex'),
    onclick: () => choose('match', regex.getAttribute('aria-pressed') === 'true' ? null : 'regex'),
  }, '.*');
  const matches = h('span', { class: 'faint', role: 'status' });
  const fold = h('button', { type: 'button', class: 'quiet', onclick: () => setFolds('folded') }, say('tags.fold'));
  const open = h('button', { type: 'button', class: 'quiet', onclick: () => setFolds('open') }, say('tags.open'));
  /** @param {'open' | 'folded'} all */
  function setFolds(all) {
    for (const key of ['open', 'folded']) choose(key, null);
    choose('folds', all);
  }
  return {
    foldAll: setFolds,
    element: h('div', { class: 'bar' }, filter, regex, matches, h('span', { class: 'grow' }), fold, open,
      h('button', { type: 'button', class: 'quiet', title: say('compare.about.open'), onclick: onCompare }, say('compare.title')),
      h('button', { type: 'button', class: 'quiet', title: say('cards.new.about'), onclick: onNew }, say('cards.new')), more),
    /**
     * @param {import('./cards.js').Choice} now
     * @param {{ found: number, of: number, error: string, folds: boolean }} told
     */
    show(now, { found, of, error, folds }) {
      if (filter.value !== now.text) filter.value = now.text;
      filter.classList.toggle('invalid', error !== '');
      regex.setAttribute('aria-pressed', String(now.regex));
      matches.textContent = error || (now.text ? say('tags.found', { n: found, tags: say('count.tag', { n: of }) }) : '');
      fold.hidden = open.hidden = !folds;
    },
  };
}
