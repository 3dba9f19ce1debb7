// Finds points by x: the nearest to a place, and the next one in a direction.

/** @type {WeakMap<Float64Array, boolean>} */
const ascending = new WeakMap();

/** Whether x never falls; looked at once for each column. @param {Float64Array} x */
function isAscending(x) {
  let known = ascending.get(x);
  if (known === undefined) {
    known = x.every((value, i) => i === 0 || value >= x[i - 1]);
    ascending.set(x, known);
  }
  return known;
}

/**
 * The index of the point nearest to `at` (of two as near, the earlier), or -1 if there is none.
 * @param {Float64Array} x
 * @param {number} at
 */
export function nearest(x, at) {
  if (!isAscending(x)) return nearestOfAll(x, at);
  if (!x.length) return -1;
  const right = lowerBound(x, at);
  if (right === 0) return 0;
  const left = lowerBound(x, x[right - 1]);
  return right === x.length || at - x[left] <= x[right] - at ? left : right;
}

/** The first index whose x is at least `at`; x ascends. @param {Float64Array} x @param {number} at */
export function lowerBound(x, at) {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {Float64Array} x @param {number} at */
function nearestOfAll(x, at) {
  let best = -1;
  let distance = Infinity;
  for (let i = 0; i < x.length; i += 1) {
    const d = Math.abs(x[i] - at);
    if (d < distance) {
      distance = d;
      best = i;
    }
  }
  return best;
}

/**
 * The x of the next point of any column beyond `from`, or `from` if there is none.
 * @param {Float64Array[]} columns
 * @param {number} from
 * @param {1 | -1} direction
 */
export function nextX(columns, from, direction) {
  const found = columns.map((x) => nextIn(x, from, direction)).filter(Number.isFinite);
  if (!found.length) return from;
  return found.reduce((a, b) => (direction * (b - a) < 0 ? b : a));
}

/** NaN if there is none. @param {Float64Array} x @param {number} from @param {1 | -1} direction */
function nextIn(x, from, direction) {
  if (isAscending(x)) {
    const at = lowerBound(x, from);
    if (direction < 0) return x[at - 1] ?? NaN;
    return x.subarray(at).find((value) => value > from) ?? NaN;
  }
  const beyond = x.filter((value) => direction * (value - from) > 0);
  return beyond.length ? beyond.reduce((a, b) => (direction * (b - a) < 0 ? b : a)) : NaN;
}
