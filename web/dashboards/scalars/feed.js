// What is known of all tags, beyond the life of their cards: who scrolls back finds them drawn.

import { createCurves } from './curves.js';
import { createGroupCurves } from './group_curves.js';
import { createQueue } from './queue.js';

const MOST = 96e6; // bytes of columns that are kept for cards that are not near the screen

/**
 * @typedef {ReturnType<typeof createCurves>} Curves
 * @typedef {{ tag: string, curves: Curves | import('./group_curves.js').GroupCurves }} Fed
 */

/**
 * @param {Pick<import('../../app/api.js').Api, 'columns'>} api
 * @param {(tag: string) => boolean} isUrgent whose curves are asked for first
 * @param {number} [most] bytes
 * @param {Pick<import('../../app/run_groups.js').RunGroups, 'numbers'>} [groups]
 */
export function createFeed(api, isUrgent, most = MOST, groups = { numbers: () => ({ of: '', text: () => '' }) }) {
  const queue = createQueue(isUrgent);
  /** @type {Map<string, Fed>} in the order in which they were last asked for */
  const feed = new Map();
  /** @template {Fed['curves']} C @param {'run' | 'group'} what @param {string} tag @param {string} card @param {() => C} create @returns {C} */
  function fed(what, tag, card, create) {
    const key = JSON.stringify([what, tag, card]);
    const known = feed.get(key) ?? { tag, curves: create() };
    feed.delete(key);
    feed.set(key, known);
    return /** @type {C} */ (known.curves);
  }
  return {
    /**
     * Curves that came reduced are right for one picture, so a card that shows the tag beside the
     * tag's own card has its own.
     * @param {string} tag @param {string} [card] key of another card than the tag's own
     * @returns {Curves}
     */
    of: (tag, card = '') => fed('run', tag, card, () => createCurves(api, tag, undefined, queue)),
    /** The same of groups. @param {string} tag @param {string} [card] @returns {import('./group_curves.js').GroupCurves} */
    ofGroups: (tag, card = '') => fed('group', tag, card, () => createGroupCurves(api, tag, groups, queue)),
    /** @param {import('../../lib/move.js').Move} move @param {readonly string[]} runs @param {string} held the cursor of that list @param {string} [over] the tag that is x */
    follow(move, runs, held, over = '') {
      feed.forEach(({ tag, curves }) => curves.follow(move, touched(move, tag, over, runs, held)));
    },
    /** Forgets what has not been asked for for longest, as far as there is too much. @param {Set<string>} near tags that stay */
    trim(near) {
      let rest = [...feed.values()].reduce((sum, { curves }) => sum + curves.bytes(), 0) - most;
      for (const [key, { tag, curves }] of feed) {
        if (rest <= 0) return;
        if (near.has(tag)) continue;
        rest -= curves.bytes();
        feed.delete(key);
      }
    },
    get size() {
      return feed.size;
    },
  };
}

/**
 * The runs in which a move touches the curves of a tag: by its own points, or by those of the tag that
 * is x; null if any may be.
 * @param {import('../../lib/move.js').Move} move @param {string} tag @param {string} over "" for none
 * @param {readonly string[]} runs @param {string} held
 */
export function touched(move, tag, over, runs, held) {
  const own = move.runsOf(tag, runs, held);
  if (!own || !over) return own;
  const others = move.runsOf(over, runs, held);
  return others && new Set([...own, ...others]);
}
