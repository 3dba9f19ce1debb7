// Columns of answers as typed arrays.

const NAMED = /** @type {Record<string, number>} */ ({ NaN, Infinity, '-Infinity': -Infinity });

/**
 * A column of JSON, in which what is not finite is a string, as numbers.
 * @param {(number | string)[]} column
 * @returns {Float64Array}
 */
export function toNumbers(column) {
  const result = new Float64Array(column.length);
  for (let i = 0; i < column.length; i += 1) {
    const item = column[i];
    result[i] = typeof item === 'number' ? item : (NAMED[item] ?? NaN);
  }
  return result;
}

/**
 * Two columns, one behind the other.
 * @param {Float64Array} a
 * @param {Float64Array} b
 */
export function joined(a, b) {
  const result = new Float64Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}
