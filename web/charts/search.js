// Finding points by their x. Columns mostly ascend, and are then searched by halves; whether one does
// is looked at once.

/** @typedef {import('./reduce.js').Numbers} Numbers */

/** @type {WeakMap<Numbers, boolean>} */
const ascending = new WeakMap();

/** Whether a column is finite and never goes back. @param {Numbers} x */
export function ascends(x) {
  let known = ascending.get(x);
  if (known === undefined) {
    known = true;
    for (let i = 0; i < x.length && known; i += 1) known = Number.isFinite(x[i]) && (i === 0 || x[i] >= x[i - 1]);
    ascending.set(x, known);
  }
  return known;
}

/** The number of the first point at `at` or beyond, in a column that ascends. @param {Numbers} x @param {number} at */
export function firstFrom(x, at) {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The index of the point nearest to `at`, the first of equal ones, or -1 if there is none.
 * @param {Numbers} x
 * @param {number} at
 */
export function nearest(x, at) {
  if (!ascends(x)) return nearestOfAll(x, at);
  if (!x.length) return -1;
  const i = firstFrom(x, at);
  if (i === 0) return 0;
  return i < x.length && x[i] - at < at - x[i - 1] ? i : firstFrom(x, x[i - 1]);
}

/** @param {Numbers} x @param {number} at */
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
 * The value of a line at x: a point's own, or between two points in proportion; null where the line
 * is not.
 * @param {Numbers} x @param {Numbers} y @param {number} at
 */
export function valueAt(x, y, at) {
  if (!ascends(x) || !x.length || at < x[0] || at > x[x.length - 1]) return null;
  const i = firstFrom(x, at);
  if (x[i] === at || i === 0) return Number.isFinite(y[i]) ? y[i] : null;
  const value = y[i - 1] + ((y[i] - y[i - 1]) * (at - x[i - 1])) / (x[i] - x[i - 1]);
  return Number.isFinite(value) ? value : null;
}
