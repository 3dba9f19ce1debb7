// Which values an axis shows: all, those typed, or all but outliers.

import { extent, padded } from './scales.js';
import { ascends, firstFrom, valueAt } from './search.js';

/**
 * @typedef {import('./reduce.js').Numbers} Numbers
 * @typedef {{ x: Numbers, y: Numbers, raw: Numbers, reduced?: boolean, band?: { seen: Numbers[] } }} Curve reduced: not all of its points are here
 * @typedef {[number, number]} Pair
 * @typedef {[number | null, number | null]} Limits null: as the values have it
 */

const ASIDE = [0.05, 0.95]; // the part of the values that is kept where outliers are set aside

/** @type {[WeakMap<Numbers, Pair | null>, WeakMap<Numbers, Pair | null>]} */
const extents = [new WeakMap(), new WeakMap()];

/** The extent of a whole column, looked at once. @param {Numbers} values @param {boolean} positive */
export function extentOf(values, positive) {
  const known = extents[Number(positive)];
  let found = known.get(values);
  if (found === undefined) {
    found = extent([values], positive);
    known.set(values, found);
  }
  return found;
}

/**
 * The y domain of a picture and how many of its raw values lie outside of it.
 * @param {Curve[]} lines
 * @param {Pair | null} range of x; null for all
 * @param {{ log: boolean, limits?: Limits, aside?: boolean }} how
 * @param {(x: number) => number} [columnOf] the pixel column of an x
 * @returns {{ domain: Pair, outside: number }}
 */
export function domainOf(lines, range, { log, limits = [null, null], aside = false }, columnOf = Math.floor) {
  const all = seenExtent(lines, range, log);
  const kept = aside && all ? (inner(lines, range, log, columnOf) ?? all) : all;
  const domain = typed(padded(kept ?? [log ? 1 : 0, log ? 10 : 1], log), limits, log);
  const cuts = all && (all[0] < domain[0] || all[1] > domain[1]);
  return { domain, outside: cuts ? countOutside(lines, range, domain, log) : 0 };
}

/**
 * The domain with the ends that were typed; an end that the other one leaves no room for is moved.
 * @param {Pair} domain @param {Limits} limits @param {boolean} log
 * @returns {Pair}
 */
function typed(domain, limits, log) {
  const usable = limits.map((end) => (end !== null && (!log || end > 0) ? end : null));
  const low = usable[0] ?? domain[0];
  const high = usable[1] ?? domain[1];
  if (low < high) return [low, high];
  if (usable[0] !== null && usable[1] === null) return padded([low, low], log)[1] > low ? [low, padded([low, low], log)[1]] : domain;
  return usable[1] !== null && padded([high, high], log)[0] < high ? [padded([high, high], log)[0], high] : domain;
}

/** What of a line is to be seen: its values, smoothed and as logged, and its band. @param {Curve} line */
function columnsOf({ y, raw, band }) {
  return [...(raw === y ? [y] : [raw, y]), ...(band?.seen ?? [])];
}

/** @param {Curve[]} lines @param {Pair | null} range @param {boolean} log @returns {Pair | null} */
function seenExtent(lines, range, log) {
  let low = Infinity;
  let high = -Infinity;
  const add = (/** @type {number} */ value) => {
    if (value < low) low = value;
    if (value > high) high = value;
  };
  if (range) each(lines, range, log, add);
  else {
    for (const line of lines) {
      for (const values of columnsOf(line)) {
        const ends = extentOf(values, log);
        if (ends) ends.forEach(add);
      }
    }
  }
  return low <= high ? [low, high] : null;
}

/**
 * Calls `add` with every value in a range, and with where lines cross its ends.
 * @param {Curve[]} lines @param {Pair} range @param {boolean} log @param {(value: number) => void} add
 */
function each(lines, range, log, add) {
  const take = (/** @type {number | null} */ value) => {
    if (value !== null && Number.isFinite(value) && (!log || value > 0)) add(value);
  };
  for (const line of lines) {
    const [start, stop] = between(line.x, range);
    for (const values of columnsOf(line)) {
      for (let i = start; i < stop; i += 1) if (line.x[i] >= range[0] && line.x[i] <= range[1]) take(values[i]);
      take(valueAt(line.x, values, range[0]));
      take(valueAt(line.x, values, range[1]));
    }
  }
}

/** Numbers of points among which all those of a range are. @param {Numbers} x @param {Pair} range @returns {Pair} */
function between(x, [low, high]) {
  if (!ascends(x)) return [0, x.length];
  let stop = firstFrom(x, high);
  while (stop < x.length && x[stop] <= high) stop += 1;
  return [firstFrom(x, low), stop];
}

/**
 * The values without the outer ones, as a range. Of a curve that is reduced the first point of each
 * pixel column counts: those are chosen by where they are, the others for being lowest or highest.
 * @param {Curve[]} lines @param {Pair | null} range @param {boolean} log @param {(x: number) => number} columnOf
 * @returns {Pair | null}
 */
function inner(lines, range, log, columnOf) {
  /** @type {number[]} */
  const values = [];
  const [low, high] = range ?? [-Infinity, Infinity];
  for (const { x, raw, reduced } of lines) {
    let column = NaN;
    for (let i = 0; i < x.length; i += 1) {
      if (!(x[i] >= low && x[i] <= high) || !Number.isFinite(raw[i]) || (log && raw[i] <= 0)) continue;
      const at = reduced ? columnOf(x[i]) : NaN;
      if (at === column) continue;
      column = at;
      values.push(raw[i]);
    }
  }
  if (!values.length) return null;
  const sorted = Float64Array.from(values).sort();
  const [first, last] = ASIDE.map((part) => sorted[Math.round(part * (sorted.length - 1))]);
  return first < last ? [first, last] : null;
}

/** @param {Curve[]} lines @param {Pair | null} range @param {Pair} domain @param {boolean} log */
function countOutside(lines, range, domain, log) {
  let count = 0;
  for (const line of lines) {
    const [start, stop] = range ? between(line.x, range) : [0, line.x.length];
    for (let i = start; i < stop; i += 1) {
      const value = line.raw[i];
      if (range && !(line.x[i] >= range[0] && line.x[i] <= range[1])) continue;
      if (Number.isFinite(value) && (!log || value > 0) && (value < domain[0] || value > domain[1])) count += 1;
    }
  }
  return count;
}

/**
 * What a person typed as an end of an axis: a number, null for none, undefined for no number.
 * @param {string} text
 * @returns {number | null | undefined}
 */
export function readLimit(text) {
  const clean = text.trim().replace('−', '-');
  if (clean === '' || clean === 'auto') return null;
  const value = Number(clean);
  return Number.isFinite(value) ? value : undefined;
}
