// What is known of a tag's curves, and which part of it has to be asked for.

import { merge } from './model.js';

// Characters of run ids in a URL. Beyond that we ask for every run of the tag.
const LONGEST_LIST = 2000;

/**
 * @param {Pick<import('../../app/api.js').Api, 'get'>} api
 * @param {string} tag
 */
export function createCurves(api, tag) {
  /** @type {Map<string, import('./model.js').Curve[]>} */
  let known = new Map();
  /** @type {Map<string, string>} run -> cursor of the last answer that told of it */
  const cursors = new Map();
  let newest = '';

  /**
   * @param {string[]} runs asked for, all at the same cursor
   * @param {string} since that cursor; "" for runs never asked for
   * @param {boolean} all whether these are all runs of the tag
   */
  async function ask(runs, since, all) {
    const run = all || JSON.stringify(runs).length > LONGEST_LIST ? undefined : runs;
    const answer = await api.get('api/scalars/series', { tag, run, since: since || undefined });
    // Of more runs than we asked for we may know less than `since` says: only ours are taken.
    known = merge(known, answer, runs);
    runs.forEach((id) => cursors.set(id, answer.cursor));
    newest = answer.cursor;
  }

  return {
    /** Run -> its curves. */
    get known() {
      return known;
    },
    /**
     * Brings the runs up to date: what the log got since, and what was never asked for.
     * @param {string[]} wanted
     * @param {{ of: number, moved: boolean }} tell how many runs have the tag; whether the log moved
     */
    async load(wanted, { of, moved }) {
      /** @type {Map<string, string[]>} */
      const groups = new Map();
      for (const id of wanted) {
        const since = cursors.get(id) ?? '';
        if (!moved && since !== '' && since === newest) continue;
        groups.set(since, [...(groups.get(since) ?? []), id]);
      }
      await Promise.all([...groups].map(([since, runs]) => ask(runs, since, runs.length === of)));
    },
  };
}
