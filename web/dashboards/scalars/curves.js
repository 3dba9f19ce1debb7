// What is known of a tag's curves, and which part of it has to be asked for.
//
// A curve that came whole is never asked for again: it is right on every axis and at every zoom. One
// that came reduced is right for one picture. For another it is drawn as it is, until the exact
// answer comes.

import { joined } from '../../lib/columns.js';
import { isAtLeast } from '../../lib/move.js';

// Characters of run ids in a URL. Beyond that we ask for every run of the tag.
const LONGEST_LIST = 2000;
// Milliseconds that a reduced curve may grow before it is asked for anew: until then it is drawn from
// what it was reduced to and every point since.
const GROWS = 5000;
/** @type {Pick<import('./queue.js').Queue, 'run'>} */
const AT_ONCE = { run: (_of, _weight, work) => work() };
const REMEMBERED = 32; // moves, for answers that were on their way when they came

/**
 * @typedef {import('../../lib/columns.js').Numbers} Numbers
 *
 * @typedef {object} Curve part of a run that is drawn as one line
 * @property {string} segment
 * @property {number} part
 * @property {boolean} purged
 * @property {Numbers} steps
 * @property {Numbers} walls
 * @property {Numbers} values
 * @property {BigInt64Array | null} exact the steps, where float64 rounds them
 * @property {Numbers | null} x on an axis that the server computes, if it was asked for one
 * @property {Numbers | null} smoothed as `smoothedBy` says, if it was asked for
 * @property {string} smoothedBy smoother and weight
 * @property {number} total how many points there are; `steps` may be fewer
 * @property {number} covered points that a later part of the run has too, and which are left out
 * @property {number} notFinite
 * @property {number} notPositive
 * @property {number} offAxis points that have no x on the axis that was asked for
 * @property {number} within points between the bounds that were asked for
 * @property {number} origin the run's first event, in seconds since 1970
 * @property {[number, number] | null} extent of x, on the axis that was asked for
 *
 * @typedef {object} Picture what the curves are asked for
 * @property {import('../../charts/ticks.js').Axis} axis
 * @property {string} over the tag whose values are x, on axis "tag"
 * @property {boolean} log logarithmic y
 * @property {boolean} logX logarithmic x
 * @property {number} smoothing weight, 0 for none
 * @property {import('../../lib/smooth.js').Smoother} smoother
 * @property {boolean} newest
 * @property {boolean} purged
 * @property {[number, number] | null} range of x; null for all
 * @property {[number, number] | null} [around] x that the picture reaches over, beside these curves, where it shows all
 * @property {number} pixels device pixels of the plot's width
 *
 * @typedef {object} Columns the pixel columns that a run was reduced to
 * @property {[number, number] | null} bounds x at their ends
 * @property {string} range the range that was asked for, as text
 * @property {number} since milliseconds
 * @property {boolean} grown whether points were appended after that
 *
 * @typedef {{ curves: Curve[], cursor: string, picture: Picture, columns: Columns }} Known
 *   bounds: those of the pixel columns that it was reduced to, at `since` milliseconds; grown: whether
 *   points were appended after that
 */

/**
 * @param {Pick<import('../../app/api.js').Api, 'columns'>} api
 * @param {string} tag
 * @param {() => number} [clock] milliseconds
 * @param {Pick<import('./queue.js').Queue, 'run'>} [queue] where questions wait for their turn
 */
export function createCurves(api, tag, clock = () => performance.now(), queue = AT_ONCE) {
  /** @type {Map<string, Known>} */
  let known = new Map();
  /** @type {{ from: string | null, cursor: string, runs: Set<string> | null }[]} */
  let moves = [];

  /** Nothing is missing of a run which had all when a move began that did not touch it. @param {string} id @param {Known} run @param {typeof moves} since */
  function advance(id, run, since) {
    for (const move of since) {
      if (move.runs && !move.runs.has(id) && isAtLeast(run.cursor, move.from) && !isAtLeast(run.cursor, move.cursor)) run.cursor = move.cursor;
    }
  }
  /**
   * @param {string[]} runs asked for
   * @param {Picture} picture
   * @param {{ since?: string, bounds: [number, number] | null, all: boolean, abort?: AbortSignal }} how
   */
  async function ask(runs, picture, { since, bounds, all, abort }) {
    const run = all || JSON.stringify(runs).length > LONGEST_LIST ? undefined : runs;
    const answer = await queue.run(tag, runs.length, () => api.columns('api/scalars/series', {
      tag, run, since,
      axis: picture.axis,
      over: picture.axis === 'tag' ? picture.over : undefined,
      x_scale: picture.logX ? 'log' : undefined,
      y_scale: picture.log ? 'log' : undefined,
      smoothing: picture.smoothing || undefined,
      smoother: picture.smoothing ? picture.smoother : undefined,
      parts: picture.newest ? 'newest' : undefined,
      purged: picture.purged ? 1 : undefined,
      pixels: picture.pixels,
      low: bounds?.[0],
      high: bounds?.[1],
    }, abort));
    // Of more runs than we asked for we may know less than `since` says: only ours are taken.
    known = merge(known, answer, runs, picture, clock());
    for (const id of runs) advance(id, /** @type {Known} */ (known.get(id)), moves);
  }

  return {
    /** Run -> its curves. */
    get known() {
      return known;
    },
    /** What the columns take, in bytes. */
    bytes() {
      let sum = 0;
      let shared = null; // by a curve and those behind it
      for (const { curves } of known.values()) {
        for (const { steps, walls, values, smoothed } of curves) {
          sum += (steps === shared ? 0 : steps.byteLength) + walls.byteLength + values.byteLength + (smoothed?.byteLength ?? 0);
          shared = steps;
        }
      }
      return sum;
    },
    /**
     * Takes over what a move says: nothing is missing of a run that it does not touch.
     * @param {{ from: string | null, cursor: string }} move
     * @param {Set<string> | null} runs those that it touches; null if it may be any
     */
    follow({ from, cursor }, runs) {
      const move = { from, cursor, runs };
      moves = [...moves.slice(1 - REMEMBERED), move];
      known.forEach((run, id) => advance(id, run, [move]));
    },
    /**
     * Brings the runs up to date: what the log got since, what was never asked for, and what is
     * not exact for this picture.
     * @param {string[]} wanted
     * @param {Picture} picture
     * @param {{ of: number, cursor: string, abort?: AbortSignal }} tell how many runs have the tag; up to where it is told what moved; abort: the answer is not wanted any more
     * @returns {Promise<number>} milliseconds after which it is to be called again, Infinity for never:
     *   curves that grow are reduced anew now and then
     */
    async load(wanted, picture, { of, cursor, abort }) {
      /** @type {Map<string, string[]>} */
      const groups = new Map();
      for (const id of wanted) {
        const run = known.get(id);
        const usable = run !== undefined && isFor(run, picture);
        if (usable && isAtLeast(run.cursor, cursor)) continue;
        const since = usable ? run.cursor : '';
        const group = groups.get(since);
        if (group) group.push(id);
        else groups.set(since, [id]);
      }
      const now = boundsOf(known, wanted, picture);
      await Promise.all([...groups].map(([since, runs]) => ask(runs, picture, {
        since: since || undefined, bounds: since ? now : picture.range, all: runs.length === of, abort,
      })));
      const bounds = boundsOf(known, wanted, picture);
      const stale = wanted.filter((id) => isStale(known.get(id), bounds, picture));
      const wait = (/** @type {string} */ id) => waitOf(/** @type {Known} */ (known.get(id)), picture, clock());
      const due = stale.filter((id) => wait(id) <= 0);
      if (due.length) await ask(due, picture, { bounds, all: due.length === of, abort });
      const asked = new Set(due);
      return stale.reduce((least, id) => (asked.has(id) ? least : Math.min(least, wait(id))), Infinity);
    },
  };
}

/**
 * What is known of each run after one more answer, which tells everything of the runs asked for.
 * @param {Map<string, Known>} known
 * @param {any} answer
 * @param {Iterable<string>} asked run ids
 * @param {Picture} picture
 * @param {number} [now] milliseconds
 * @returns {Map<string, Known>}
 */
export function merge(known, answer, asked, picture, now = 0) {
  const next = new Map(known);
  for (const run of asked) next.set(run, { curves: [], cursor: answer.cursor, picture, columns: { bounds: answer.bounds, range: String(picture.range), since: now, grown: false } });
  for (const fresh of answer.series) {
    const run = next.get(fresh.run);
    if (!run || run === known.get(fresh.run)) continue;
    const old = known.get(fresh.run)?.curves.find((curve) => curve.segment === fresh.segment
      && curve.part === fresh.part && curve.purged === fresh.purged);
    const before = known.get(fresh.run);
    if (before && fresh.append && old) run.columns = { ...before.columns, grown: true };
    run.curves.push(grown(fresh.append ? old : undefined, fresh, smoothingOf(picture)));
  }
  return next;
}

/**
 * How curves are smoothed, as one word.
 * @param {Pick<Picture, 'smoothing' | 'smoother'>} picture
 */
export function smoothingOf({ smoothing, smoother }) {
  return smoothing > 0 ? `${smoother} ${smoothing}` : '';
}

/** @param {Curve | undefined} old @param {any} fresh @param {string} smoothedBy @returns {Curve} */
function grown(old, fresh, smoothedBy) {
  const { segment, part, purged, total, covered, origin, extent } = fresh;
  const about = { segment, part, purged, total, covered, origin, extent, smoothedBy, notFinite: fresh.not_finite, notPositive: fresh.not_positive, offAxis: fresh.off_axis ?? 0, within: fresh.within ?? total };
  const columns = { steps: fresh.steps, walls: fresh.wall_times, values: fresh.values, exact: fresh.exact ?? null, x: fresh.x ?? null, smoothed: fresh.smoothed ?? null };
  if (!old) return { ...about, ...columns };
  if (fresh.steps.length === 0 && old.smoothedBy === smoothedBy) return { ...old, ...about };
  return {
    ...about,
    steps: joined(old.steps, columns.steps),
    walls: joined(old.walls, columns.walls),
    values: joined(old.values, columns.values),
    exact: old.exact || columns.exact ? joinedSteps(old, columns) : null,
    x: null,
    smoothed: old.smoothed && columns.smoothed && old.smoothedBy === smoothedBy ? joined(old.smoothed, columns.smoothed) : null,
  };
}

/** @param {Pick<Curve, 'steps' | 'exact'>} a @param {Pick<Curve, 'steps' | 'exact'>} b */
function joinedSteps(a, b) {
  const parts = [a, b].map(({ steps, exact }) => exact ?? BigInt64Array.from(steps, BigInt));
  const result = new BigInt64Array(parts[0].length + parts[1].length);
  result.set(parts[0]);
  result.set(parts[1], parts[0].length);
  return result;
}

/** Whether all its points are here. @param {Curve} curve */
export function isWhole(curve) {
  return curve.steps.length === curve.total;
}

/** @param {Known} run @param {Picture} picture */
function needsNoPicture(run, picture) {
  return run.curves.every((curve) => isWhole(curve) || (curve.purged && !picture.purged));
}

/** Whether the server computes what is x. @param {import('../../charts/ticks.js').Axis} axis */
export function isComputed(axis) {
  return axis === 'active' || axis === 'index' || axis === 'tag';
}

/** @param {Pick<Picture, 'axis' | 'over'>} a @param {Pick<Picture, 'axis' | 'over'>} b */
function sameAxis(a, b) {
  return a.axis === b.axis && (a.axis !== 'tag' || a.over === b.over);
}

/** Whether what is known of a run can be drawn on an axis. @param {Known | undefined} run @param {Pick<Picture, 'axis' | 'over'>} picture */
export function isDrawable(run, picture) {
  return !run || !isComputed(picture.axis) || sameAxis(run.picture, picture);
}

/** Whether what is known can be gone on with for this picture. @param {Known} run @param {Picture} picture */
function isFor(run, picture) {
  const old = run.picture;
  if (old.newest !== picture.newest || (picture.purged && !old.purged)) return false;
  if (isComputed(picture.axis) && !sameAxis(old, picture)) return false;
  return needsNoPicture(run, picture) || (sameAxis(old, picture) && old.log === picture.log
    && old.logX === picture.logX && smoothingOf(old) === smoothingOf(picture) && old.pixels === picture.pixels);
}

/**
 * Whether the pixel columns that a run was reduced to are no longer those of the picture. While a
 * run grows, all of them move a little with each point; up to a column that is not seen.
 * @param {Known | undefined} run
 * @param {[number, number] | null} bounds
 * @param {Picture} picture
 */
function isStale(run, bounds, picture) {
  if (!run || !bounds || needsNoPicture(run, picture)) return false;
  const [low, high] = run.columns.bounds ?? [NaN, NaN];
  const at = picture.logX ? Math.log : Number;
  const column = picture.range ? 0 : (at(bounds[1]) - at(bounds[0])) / picture.pixels;
  const near = (/** @type {number} */ a, /** @type {number} */ b) => Math.abs(at(a) - at(b)) <= column;
  return !near(low, bounds[0]) || !near(high, bounds[1]);
}

/**
 * Milliseconds that a stale run can wait: none if the picture changed, a while if it only grew.
 * @param {Known} run
 * @param {Picture} picture
 * @param {number} now
 */
function waitOf({ columns }, picture, now) {
  const only = columns.grown && columns.range === String(picture.range);
  return only ? columns.since + GROWS - now : 0;
}

/**
 * The x that the picture's edges lie at: the range, or all that is known.
 * @param {Map<string, Known>} known
 * @param {Iterable<string>} wanted
 * @param {Picture} picture
 * @returns {[number, number] | null}
 */
export function boundsOf(known, wanted, picture) {
  if (picture.range) return picture.range;
  let [low, high] = picture.around ?? [Infinity, -Infinity];
  for (const id of wanted) {
    const run = known.get(id);
    for (const curve of run?.curves ?? []) {
      if (curve.purged && !picture.purged) continue;
      const asked = run && sameAxis(run.picture, picture) && run.picture.logX === picture.logX;
      const extent = asked ? curve.extent : extentOf(curve, picture);
      if (!extent) continue;
      low = Math.min(low, extent[0]);
      high = Math.max(high, extent[1]);
    }
  }
  return low <= high ? [low, high] : null;
}

/** @param {Curve} curve @param {Picture} picture @returns {[number, number] | null} */
function extentOf(curve, { axis, logX }) {
  let low = Infinity;
  let high = -Infinity;
  for (const x of xColumn(curve, axis)) {
    if (!Number.isFinite(x) || (logX && x <= 0)) continue;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return low <= high ? [low, high] : null;
}

/**
 * The x column of a curve on an axis. Relative time begins with the run's first event.
 * @param {{ steps: Numbers, walls: Numbers, origin: number, x?: Numbers | null }} curve
 * @param {import('../../charts/ticks.js').Axis} axis
 * @returns {Numbers}
 */
export function xColumn({ steps, walls, origin, x }, axis) {
  if (axis === 'step') return steps;
  if (axis === 'wall') return walls;
  return axis === 'relative' ? walls.map((wall) => wall - origin) : (x ?? NOWHERE);
}

const NOWHERE = new Float64Array();
