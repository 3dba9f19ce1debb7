// Bands behind lines: what a group's runs spread over. Where fewer of them reach, the band is fainter, and
// where there is one only, there is none.

import { clipped } from './lines.js';

/**
 * @typedef {import('./reduce.js').Numbers} Numbers
 * @typedef {object} Band
 * @property {Numbers} low
 * @property {Numbers} high
 * @property {Numbers} n how many runs are at each x
 * @property {number} of how many runs there are
 * @property {Numbers[]} seen its values that the axis makes room for
 */

export const MOST_BANDS = 24; // of more, only the lifted line's is drawn: they would hide each other
const ALPHA = 0.22;
const LEAST = 0.25; // of it, however few of the runs are there

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Pick<import('./line_chart.js').Model, 'lines' | 'highlight' | 'log'>} model
 * @param {import('./layout.js').View} view
 */
export function drawBands(context, { lines, highlight, log }, view) {
  const all = lines.filter(({ band }) => band);
  const some = all.length <= MOST_BANDS ? all : all.filter(({ id }) => id === highlight);
  if (!some.length) return;
  clipped(context, view);
  for (const line of some) {
    const { band, x } = line;
    if (!band) continue;
    context.fillStyle = line.color;
    const dimmed = highlight !== null && line.id !== highlight ? 0.3 : 1;
    for (const { from, to, n } of stretches(band, log)) {
      context.globalAlpha = ALPHA * dimmed * Math.max(LEAST, n / band.of);
      outline(context, x, band, from, to, view);
      context.fill();
    }
  }
  context.restore();
}

/**
 * Where a band is: from one point up to another, with the same number of runs between them.
 * @param {Pick<Band, 'low' | 'high' | 'n'>} band @param {boolean} log
 * @returns {{ from: number, to: number, n: number }[]} `to` is the last point
 */
export function stretches({ low, high, n }, log) {
  /** @type {{ from: number, to: number, n: number }[]} */
  const found = [];
  const has = (/** @type {number} */ i) => n[i] > 1 && Number.isFinite(low[i]) && Number.isFinite(high[i]) && (!log || high[i] > 0);
  for (let i = 0; i + 1 < n.length; i += 1) {
    if (!has(i) || !has(i + 1)) continue;
    const count = Math.min(n[i], n[i + 1]);
    const last = found[found.length - 1];
    if (last && last.to === i && last.n === count) last.to = i + 1;
    else found.push({ from: i, to: i + 1, n: count });
  }
  return found;
}

/** @param {CanvasRenderingContext2D} context @param {Numbers} x @param {Band} band @param {number} from @param {number} to @param {import('./layout.js').View} view */
function outline(context, x, { low, high }, from, to, view) {
  const { ratio, bottom } = view;
  // ends of stretches stand on whole pixels, or two that meet would leave a seam
  const at = (/** @type {number} */ i) => (i === from || i === to ? Math.round(view.x.toPixel(x[i]) * ratio) : view.x.toPixel(x[i]) * ratio);
  const y = (/** @type {number} */ value) => {
    const found = view.y.toPixel(value) * ratio;
    return Number.isFinite(found) ? found : bottom * ratio + 1; // 0 and less on a logarithmic axis
  };
  context.beginPath();
  for (let i = from; i <= to; i += 1) context.lineTo(at(i), y(high[i]));
  for (let i = to; i >= from; i -= 1) context.lineTo(at(i), y(low[i]));
  context.closePath();
}
