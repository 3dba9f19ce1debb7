// Golden answers are kept as JSON, which can be read; the page itself is given binary columns.

/**
 * The same of a JSON answer.
 * @param {any} answer
 */
export function fromJson(answer) {
  const series = answer.series.map((/** @type {any} */ about) => {
    const columns = { steps: toNumbers(about.steps), wall_times: toNumbers(about.wall_times), values: toNumbers(about.values) };
    return { ...about, ...columns, ...(about.smoothed && { smoothed: toNumbers(about.smoothed) }) };
  });
  return { ...answer, series };
}

const NAMED = /** @type {Record<string, number>} */ ({ NaN, Infinity, '-Infinity': -Infinity });

/**
 * A column of JSON, in which what is not finite is a string, as numbers.
 * @param {(number | string)[]} column
 * @returns {Float64Array}
 */
export function toNumbers(column) {
  return Float64Array.from(column, (item) => (typeof item === 'number' ? item : (NAMED[item] ?? NaN)));
}
