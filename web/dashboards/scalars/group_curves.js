// What is known of a tag's groups: of each its middle and band, as the server computes them from every raw
// point of its runs. A question tells which runs a group has, and never what else is shown.

import { isAtLeast } from '../../lib/move.js';

const LONGEST = 6000; // characters of groups in a URL
const GROWS = 3000; // milliseconds between two questions about a group that grows
const AGAIN = 1000; // milliseconds, after which a question is asked again that came with an old list of runs
const CHANGED = 409; // the status of its answer

/** @type {Pick<import('./queue.js').Queue, 'run'>} */
const AT_ONCE = { run: (_of, _weight, work) => work() };

/**
 * @typedef {import('../../lib/columns.js').Numbers} Numbers
 * @typedef {import('./curves.js').Picture & { center: string, band: string }} Picture
 * @typedef {{ id: string, members: readonly string[] }} Wanted
 *
 * @typedef {object} GroupCurve
 * @property {Numbers} x
 * @property {Numbers} n how many runs are there
 * @property {Numbers} center
 * @property {Numbers} low
 * @property {Numbers} high
 * @property {number} runs how many of its runs have the tag
 * @property {number} total how many x there are; `x` may be fewer
 * @property {number} within how many of them lie between the bounds
 * @property {boolean} reduced
 * @property {[number, number] | null} extent
 * @property {number | null} newest wall time
 * @property {number} not_finite how many values of its runs are NaN or infinite
 * @property {number | null} first_not_finite the lowest x of one
 *
 * @typedef {{ curve: GroupCurve, members: string, look: string, place: string, bounds: [number, number] | null, cursor: string, since: number }} Known
 *   look: what its numbers depend on; place: and which of them came; since: milliseconds
 */

/**
 * @param {Pick<import('../../app/api.js').Api, 'columns'>} api
 * @param {string} tag
 * @param {Pick<import('../../app/run_groups.js').RunGroups, 'numbers'>} groups
 * @param {Pick<import('./queue.js').Queue, 'run'>} [queue] where questions wait for their turn
 * @param {() => number} [clock] milliseconds
 */
export function createGroupCurves(api, tag, groups, queue = AT_ONCE, clock = () => performance.now()) {
  /** @type {Map<string, Known>} */
  const known = new Map();

  /** @param {Wanted[]} wanted @param {Picture} picture @param {[number, number] | null} bounds @param {AbortSignal} [abort] */
  async function ask(wanted, picture, bounds, abort) {
    const { of, text } = groups.numbers();
    await Promise.all(chunks(wanted.map((one) => ({ ...one, text: text(one.members) }))).map(async (part) => {
      const answer = await queue.run(tag, part.length, () => api.columns('api/scalars/groups', {
        tag, of, group: part.map((one) => one.text), ...asked(picture), low: bounds?.[0], high: bounds?.[1],
      }, abort));
      part.forEach(({ id, members }, i) => known.set(id, {
        curve: answer.groups[i], members: members.join('\n'), look: lookOf(picture), place: placeOf(picture), bounds: answer.bounds, cursor: answer.cursor, since: clock(),
      }));
    }));
  }
  return {
    /** Group -> its curve. */
    known,
    /** What the columns take, in bytes. */
    bytes: () => [...known.values()].reduce((sum, { curve }) => sum + 5 * curve.x.byteLength, 0),
    /**
     * Takes over what a move says: nothing is missing of a group that it does not touch.
     * @param {{ from: string | null, cursor: string }} move @param {Set<string> | null} runs those that it touches; null if it may be any
     */
    follow({ from, cursor }, runs) {
      if (!runs) return;
      for (const group of known.values()) {
        if (isAtLeast(group.cursor, from) && !isAtLeast(group.cursor, cursor) && !group.members.split('\n').some((id) => runs.has(id))) group.cursor = cursor;
      }
    },
    /**
     * Brings the groups up to date.
     * @param {Wanted[]} wanted @param {Picture} picture @param {{ cursor: string, abort?: AbortSignal }} tell
     * @returns {Promise<number>} milliseconds after which it is to be called again, Infinity for never
     */
    async load(wanted, picture, { cursor, abort }) {
      const [look, place] = [lookOf(picture), placeOf(picture)];
      const now = clock();
      let wait = Infinity;
      const missing = wanted.filter(({ id, members }) => {
        const group = known.get(id);
        if (!group || group.look !== look || group.members !== members.join('\n')) return true;
        if (group.curve.reduced && group.place !== place) return true;
        if (isAtLeast(group.cursor, cursor)) return false;
        if (group.since + GROWS <= now) return true;
        wait = Math.min(wait, group.since + GROWS - now);
        return false;
      });
      try {
        if (missing.length) await ask(missing, picture, picture.range ?? boundsOf(known, wanted, look), abort);
        const bounds = picture.range ?? boundsOf(known, wanted, look);
        const stale = bounds ? wanted.filter(({ id }) => isStale(known.get(id), bounds, picture)) : [];
        if (stale.length) await ask(stale, picture, bounds, abort);
      } catch (error) {
        if (/** @type {any} */ (error).status !== CHANGED) throw error;
        return AGAIN;
      }
      return wait;
    },
  };
}

/** @typedef {ReturnType<typeof createGroupCurves>} GroupCurves */

/** @param {Picture} picture */
function asked({ axis, over, logX, log, smoothing, smoother, newest, center, band, pixels }) {
  return {
    axis, over: axis === 'tag' ? over : undefined, x_scale: logX ? 'log' : undefined, y_scale: log ? 'log' : undefined,
    smoothing: smoothing || undefined, smoother: smoothing ? smoother : undefined, parts: newest ? 'newest' : undefined,
    center, band, pixels,
  };
}

/** What the numbers of a group depend on, but for its runs. @param {Picture} picture */
function lookOf({ axis, over, smoothing, smoother, newest, center, band }) {
  return JSON.stringify([axis, axis === 'tag' && over, smoothing, smoothing > 0 && smoother, newest, center, band]);
}

/** Which of the numbers come, where not all do. @param {Picture} picture */
const placeOf = ({ log, logX, pixels, range }) => JSON.stringify([log, logX, pixels, range]);

/**
 * The x that the groups reach from and to; null while one of them is not known, or none has any.
 * @param {Map<string, Known>} known @param {Wanted[]} wanted @param {string} look
 * @returns {[number, number] | null}
 */
export function boundsOf(known, wanted, look) {
  let [low, high] = [Infinity, -Infinity];
  for (const { id } of wanted) {
    const group = known.get(id);
    if (!group || group.look !== look) return null;
    if (!group.curve.extent) continue;
    low = Math.min(low, group.curve.extent[0]);
    high = Math.max(high, group.curve.extent[1]);
  }
  return low <= high ? [low, high] : null;
}

/** Whether a group's pixel columns are not those of the picture. @param {Known | undefined} group @param {[number, number]} bounds @param {Picture} picture */
function isStale(group, bounds, { range, pixels, logX }) {
  if (!group?.curve.reduced || !group.bounds) return false;
  const at = logX ? Math.log : Number;
  const column = range ? 0 : (at(bounds[1]) - at(bounds[0])) / pixels;
  return group.bounds.some((end, i) => Math.abs(at(end) - at(bounds[i])) > column);
}

/** Groups that one URL holds. @template {{ text: string }} W @param {W[]} wanted @returns {W[][]} */
function chunks(wanted) {
  /** @type {W[][]} */
  const found = [];
  let room = 0;
  for (const one of wanted) {
    room -= one.text.length + 7;
    if (room < 0) {
      found.push([]);
      room = LONGEST - one.text.length;
    }
    found[found.length - 1].push(one);
  }
  return found;
}
