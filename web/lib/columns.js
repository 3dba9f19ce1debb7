// Binary answers: a JSON header and the columns of its series, as typed arrays without a copy.

/**
 * @typedef {Float32Array | Float64Array} Numbers
 * @typedef {{ steps: Numbers, exact?: BigInt64Array, wall_times: Numbers, values: Numbers, x?: Numbers, smoothed?: Numbers }} Columns
 */

/**
 * The header, in which each series has its columns; series with the same steps share one. Where steps are beyond 2^53, `steps` are rounded
 * and `exact` are not.
 * @param {ArrayBuffer} buffer
 * @returns {any}
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  const next = (/** @type {'f4' | 'f8' | 'i8'} */ type, /** @type {number} */ count) => {
    const column = new TYPES[type](buffer, at, count);
    at += Math.ceil(column.byteLength / 8) * 8;
    return column;
  };
  if (header.groups) return { ...header, groups: groupsOf(header.groups, next) };
  /** @type {{ steps: Numbers, exact?: BigInt64Array }} */
  let own = { steps: new Float64Array() };
  const series = header.series.map((/** @type {any} */ about) => {
    if (about.steps !== 'same') own = wholeOf(next(header.steps, about.count));
    const columns = { ...own, wall_times: next('f8', about.count), values: next(about.values, about.count) };
    return { ...about, ...columns, ...(header.computed && { x: next('f8', about.count) }), ...(header.smoothing && { smoothed: next('f8', about.count) }) };
  });
  return { ...header, series };
}

/**
 * Groups with their columns, of which x and n may be those of the group before.
 * @param {any[]} groups @param {(type: 'f8', count: number) => Numbers | BigInt64Array} next
 */
function groupsOf(groups, next) {
  /** @type {Record<string, any>} */
  let before = {};
  return groups.map((about) => {
    const columns = GROUP_COLUMNS.map((name) => [name, about.same.includes(name) ? before[name] : next('f8', about.count)]);
    before = Object.fromEntries(columns);
    return { ...about, ...before };
  });
}

const GROUP_COLUMNS = ['x', 'n', 'center', 'low', 'high'];

/** @param {Numbers | BigInt64Array} steps */
function wholeOf(steps) {
  return steps instanceof BigInt64Array ? { steps: Float64Array.from(steps, Number), exact: steps } : { steps };
}

const TYPES = { f4: Float32Array, f8: Float64Array, i8: BigInt64Array };

/**
 * Two columns, one behind the other.
 * @param {Numbers} a
 * @param {Numbers} b
 * @returns {Numbers}
 */
export function joined(a, b) {
  if (b.length === 0) return a;
  const result = a instanceof Float32Array && b instanceof Float32Array
    ? new Float32Array(a.length + b.length) : new Float64Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}
