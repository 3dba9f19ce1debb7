// What is known of all tags, beyond the life of their cards: who scrolls back finds them drawn.

import { createCurves } from './curves.js';
import { createGroupCurves } from './group_curves.js';
import { createQueue } from './queue.js';

const MOST = 96e6; // bytes of columns that are kept for cards that are not near the screen

/** @typedef {ReturnType<typeof createCurves>} Curves */

/**
 * @param {Pick<import('../../app/api.js').Api, 'columns'>} api
 * @param {(tag: string) => boolean} isUrgent whose curves are asked for first
 * @param {number} [most] bytes
 * @param {Pick<import('../../app/run_groups.js').RunGroups, 'numbers'>} [groups]
 */
export function createFeed(api, isUrgent, most = MOST, groups = { numbers: () => ({ of: '', text: () => '' }) }) {
  const queue = createQueue(isUrgent);
  /** @type {Map<string, Curves>} in the order in which they were last asked for */
  const feed = new Map();
  /** @type {Map<string, import('./group_curves.js').GroupCurves>} the same of groups */
  const grouped = new Map();
  return {
    /** @param {string} tag @returns {import('./group_curves.js').GroupCurves} */
    ofGroups(tag) {
      const curves = grouped.get(tag) ?? createGroupCurves(api, tag, groups, queue);
      grouped.delete(tag);
      grouped.set(tag, curves);
      return curves;
    },
    /** @param {string} tag @returns {Curves} */
    of(tag) {
      const curves = feed.get(tag) ?? createCurves(api, tag, undefined, queue);
      feed.delete(tag);
      feed.set(tag, curves);
      return curves;
    },
    /** @param {import('../../lib/move.js').Move} move @param {readonly string[]} runs @param {string} held the cursor of that list @param {string} [over] the tag that is x */
    follow(move, runs, held, over = '') {
      for (const some of [feed, grouped]) some.forEach((curves, tag) => curves.follow(move, touched(move, tag, over, runs, held)));
    },
    /** Forgets what has not been asked for for longest, as far as there is too much. @param {Set<string>} near tags that stay */
    trim(near) {
      let rest = [...feed.values(), ...grouped.values()].reduce((sum, curves) => sum + curves.bytes(), 0) - most;
      for (const some of [feed, grouped]) {
        for (const [tag, curves] of some) {
          if (rest <= 0) return;
          if (near.has(tag)) continue;
          rest -= curves.bytes();
          some.delete(tag);
        }
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
