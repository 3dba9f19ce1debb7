// Smoothing, as the server smooths: to the bit the same of the same values. The page uses it for
// curves that it has whole, and for the rest until the server's answer comes.

/** @typedef {'ema' | 'symmetric'} Smoother */

/**
 * Each value as a mean of the finite ones: of those so far, each weighed `weight` times the next one
 * ("ema", what TensorBoard draws), or of those on both sides ("symmetric", which does not lag). Values
 * that are not finite are passed through; a constant series stays as it is.
 * @param {ArrayLike<number>} values
 * @param {number} weight 0 (none) to less than 1
 * @param {Smoother} [smoother]
 * @returns {Float64Array}
 */
export function smooth(values, weight, smoother = 'ema') {
  const result = Float64Array.from(values);
  if (weight > 0 && !isConstant(result)) SMOOTHERS[smoother](result, weight);
  return result;
}

/** Whether all finite values are the same. @param {Float64Array} values */
function isConstant(values) {
  let first = NaN;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (Number.isNaN(first)) first = value;
    else if (value !== first) return false;
  }
  return true;
}

/** @type {Record<Smoother, (values: Float64Array, weight: number) => void>} */
const SMOOTHERS = { ema: smoothForward, symmetric: smoothBoth };

/** @param {Float64Array} values @param {number} weight */
function smoothForward(values, weight) {
  let last = 0;
  let debias = 1;
  for (let i = 0; i < values.length; i += 1) {
    if (!Number.isFinite(values[i])) continue;
    last = last * weight + (1 - weight) * values[i];
    debias *= weight;
    values[i] = last / (1 - debias);
  }
}

/** @param {Float64Array} values @param {number} weight */
function smoothBoth(values, weight) {
  const sums = new Float64Array(values.length);
  const weights = new Float64Array(values.length);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (!Number.isFinite(values[i])) continue;
    sums[i] = sum = sum * weight + values[i];
    weights[i] = total = total * weight + 1;
  }
  sum = 0;
  total = 0;
  for (let i = values.length - 1; i >= 0; i -= 1) {
    if (!Number.isFinite(values[i])) continue;
    const behind = sum * weight;
    const behindTotal = total * weight;
    sum = behind + values[i];
    total = behindTotal + 1;
    values[i] = (sums[i] + behind) / (weights[i] + behindTotal);
  }
}
