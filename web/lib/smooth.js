// Smoothing: the de-biased exponential moving average that TensorBoard draws.

/**
 * last = last·w + (1 − w)·y, divided by 1 − wⁿ, where n counts the finite values so far. Values that
 * are not finite are passed through; a constant series stays as it is.
 * @param {ArrayLike<number>} values
 * @param {number} weight 0 (none) to less than 1
 * @returns {Float64Array}
 */
export function smooth(values, weight) {
  const result = Float64Array.from(values);
  if (!(weight > 0)) return result;
  let last = 0;
  let debias = 1;
  let constant = true;
  let first = NaN;
  for (const value of result) {
    if (!Number.isFinite(value)) continue;
    if (Number.isNaN(first)) first = value;
    else if (value !== first) constant = false;
  }
  if (constant) return result;
  for (let i = 0; i < result.length; i += 1) {
    if (!Number.isFinite(result[i])) continue;
    last = last * weight + (1 - weight) * result[i];
    debias *= weight;
    result[i] = last / (1 - debias);
  }
  return result;
}
