// The arithmetic of looking at a part of an axis: pure functions.

/** @typedef {[number, number]} Pair */

/**
 * The least that may be seen of an axis: two steps, a millisecond, what float64 still tells apart.
 * @param {import('./ticks.js').Axis} axis
 * @param {Pair} range
 */
export function floorOf(axis, range) {
  const least = axis === 'step' || axis === 'index' ? 2 : axis === 'tag' ? 0 : 1e-3;
  const size = Math.max(Math.abs(range[0]), Math.abs(range[1]), Number.MIN_VALUE * 2 ** 60);
  return Math.max(least, size * 2 ** -44);
}

/**
 * A range that is not smaller than its axis allows, about the same middle.
 * @param {Pair} range @param {import('./ticks.js').Axis} axis @param {boolean} log
 * @returns {Pair}
 */
export function floored([low, high], axis, log) {
  const least = floorOf(axis, [low, high]);
  if (log) {
    const middle = Math.sqrt(low * high);
    const factor = 1 + least / middle;
    return high / low >= factor ? [low, high] : [middle / Math.sqrt(factor), middle * Math.sqrt(factor)];
  }
  const middle = low + (high - low) / 2;
  return high - low >= least ? [low, high] : [middle - least / 2, middle + least / 2];
}

/**
 * A range seen `factor` times as closely, so that `at` stays where it is; null when it is everything.
 * @param {Pair} range @param {number} at @param {number} factor above 1 to see less @param {Pair} all @param {import('./ticks.js').Axis} axis @param {boolean} log
 * @returns {Pair | null}
 */
export function zoomed(range, at, factor, all, axis, log) {
  const [there, back] = log ? [Math.log, Math.exp] : [Number, Number];
  const ends = range.map((end) => back(there(at) + (there(end) - there(at)) / factor));
  return within(floored([ends[0], ends[1]], axis, log), all, log);
}

/**
 * A range moved by a part of its length.
 * @param {Pair} range @param {number} part @param {Pair} all @param {boolean} log
 * @returns {Pair | null}
 */
export function moved(range, part, all, log) {
  const [there, back] = log ? [Math.log, Math.exp] : [Number, Number];
  const [low, high] = range.map(there);
  const [first, last] = all.map(there);
  const by = Math.min(Math.max((high - low) * part, first - low), last - high);
  const shift = first - low <= last - high ? by : 0;
  return within([back(low + shift), back(high + shift)], all, log);
}

/** The part of a range that lies in all there is; null if that is everything. @param {Pair} range @param {Pair} all @param {boolean} log @returns {Pair | null} */
export function within(range, all, log) {
  if (range[0] <= all[0] && range[1] >= all[1]) return null;
  const [there, back] = log ? [Math.log, Math.exp] : [Number, Number];
  let [low, high] = range.map(there);
  const [first, last] = all.map(there);
  const length = high - low;
  if (low < first) [low, high] = [first, Math.max(high, Math.min(first + length, last))];
  if (high > last) [low, high] = [Math.min(low, Math.max(last - length, first)), last];
  if (low === there(range[0]) && high === there(range[1])) return range;
  return low <= first && high >= last ? null : [back(low), back(high)];
}

/**
 * A range with no more digits than tell its ends apart a thousand times over, for a link.
 * @param {Pair} range
 * @returns {Pair}
 */
export function tidy([low, high]) {
  const step = 10 ** Math.floor(Math.log10((high - low) / 1e4));
  if (!(step > 0) || !Number.isFinite(step)) return [low, high];
  const digits = Math.max(0, Math.min(100, -Math.floor(Math.log10(step))));
  const round = (/** @type {number} */ value) => (step >= 1 ? Math.round(value / step) * step : Number(value.toFixed(digits)));
  const ends = /** @type {Pair} */ ([round(low), round(high)]);
  return ends[0] < ends[1] ? ends : [low, high];
}
