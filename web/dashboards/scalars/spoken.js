// What the curves of a card do, in words: told when the keyboard comes to the chart, and written above the
// values where the card shows them.

import { fill, h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { sentences } from '../../lib/words.js';

const MOST = 5; // curves that are told of

/** @param {import('../../app/api.js').Api} api @param {AbortSignal} leaving when the card goes */
export function createSpoken(api, leaving) {
  const element = h('div', { class: 'card-words unseen', role: 'status' });
  return {
    element,
    /** Asks, and tells. @param {import('./model.js').Tag[]} tags @param {(tag: import('./model.js').Tag) => string[]} shown */
    async tell(tags, shown) {
      const wanted = tags.flatMap((tag) => shown(tag).map((run) => ({ tag: tag.tag, run })));
      const told = wanted.slice(0, MOST);
      if (!told.length) {
        fill(element);
        return;
      }
      try {
        const { series } = await api.get('api/scalars/words', { tag: [...new Set(told.map(({ tag }) => tag))], run: [...new Set(told.map(({ run }) => run))] }, leaving);
        const known = new Map(series.map((/** @type {any} */ each) => [`${each.tag}\n${each.run}`, each.trend]));
        const name = (/** @type {{ tag: string, run: string }} */ { tag, run }) => (tags.length > 1 ? `${tag} · ${run}` : run);
        fill(element, told.map((each) => h('p', null, say('words.of', { run: name(each), text: sentences(known.get(`${each.tag}\n${each.run}`) ?? null) }))),
          wanted.length > MOST && h('p', null, say('more', { n: wanted.length - MOST })));
      } catch (error) {
        if (!leaving.aborted) fill(element, h('p', null, /** @type {Error} */ (error).message));
      }
    },
    /** Shows the words to all, or to who listens. @param {boolean} is */
    show: (is) => element.classList.toggle('unseen', !is),
  };
}
