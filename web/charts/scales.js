// From data to pixels and back, linear or logarithmic.

/** @typedef {{ toPixel(value: number): number, toValue(pixel: number): number, domain: [number, number], log: boolean }} Scale */

/**
 * @param {[number, number]} domain
 * @param {[number, number]} range pixels
 * @param {boolean} [log]
 * @returns {Scale}
 */
export function scale(domain, range, log = false) {
  const forward = log ? Math.log10 : (/** @type {number} */ v) => v;
  const backward = log ? (/** @type {number} */ v) => 10 ** v : (/** @type {number} */ v) => v;
  const [low, high] = domain.map(forward);
  const factor = high === low ? 0 : (range[1] - range[0]) / (high - low);
  return {
    domain,
    log,
    toPixel: (value) => range[0] + (forward(value) - low) * factor,
    toValue: (pixel) => (factor ? backward((pixel - range[0]) / factor + low) : domain[0]),
  };
}

/**
 * The smallest and largest finite value (above 0 for a logarithmic axis), or null if there is none.
 * @param {ArrayLike<number>[]} columns
 * @param {boolean} [positive]
 * @returns {[number, number] | null}
 */
export function extent(columns, positive = false) {
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    for (let i = 0; i < column.length; i += 1) {
      const value = column[i];
      if (!Number.isFinite(value) || (positive && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}

/**
 * A y domain with some air, so that no line lies on the frame; never empty.
 * @param {[number, number]} range
 * @param {boolean} log
 * @returns {[number, number]}
 */
export function padded([low, high], log) {
  if (log) {
    const air = Math.max((Math.log10(high) - Math.log10(low)) * 0.05, 0.02);
    return [10 ** (Math.log10(low) - air), 10 ** (Math.log10(high) + air)];
  }
  if (low === high) {
    const air = Math.abs(low) * 0.1 || 0.5;
    return [low - air, high + air];
  }
  const air = (high - low) * 0.05;
  return [low - air, high + air];
}
