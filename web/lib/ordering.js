// The order of values in a table: numbers, then texts, then what is not a number, then nothing at all;
// the last two stand last whichever way it is sorted.

/** @typedef {number | string | boolean | null | undefined} Value */

const NUMBER = 0;
const TEXT = 1;
const NAN = 2;
const NOTHING = 3;

const texts = new Intl.Collator('en', { numeric: true });

/** @param {Value} value */
function rank(value) {
  if (value === null || value === undefined) return NOTHING;
  if (typeof value === 'number') return Number.isNaN(value) ? NAN : NUMBER;
  return TEXT;
}

/**
 * @param {Value} a @param {Value} b @param {number} [direction] -1 from the highest to the lowest
 * @returns {number} as Array.sort takes it
 */
export function compare(a, b, direction = 1) {
  const [x, y] = [rank(a), rank(b)];
  if (x !== y) return x < NAN && y < NAN ? direction * (x - y) : x - y;
  if (x === NUMBER) return direction * (Number(a) - Number(b) || 0);
  return x === TEXT ? direction * texts.compare(String(a), String(b)) : 0;
}

/**
 * Items by their values; those with equal ones as they come.
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => Value} valueOf
 * @param {boolean} descending
 */
export function sorted(items, valueOf, descending) {
  const direction = descending ? -1 : 1;
  const keyed = items.map((item, at) => ({ item, at, value: valueOf(item) }));
  return keyed.sort((a, b) => compare(a.value, b.value, direction) || a.at - b.at).map(({ item }) => item);
}
