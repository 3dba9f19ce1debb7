// Where things are in a chart: the plot's edges, and the scales of its axes in CSS pixels.

import { domainOf } from './limits.js';
import { scale } from './scales.js';

export const MARGIN = { left: 52, right: 10, top: 8, bottom: 22 };

/**
 * The left and right edge of the plot in CSS pixels, on edges of device pixels: the columns that
 * lines are reduced to begin at the left one.
 * @param {number} width of the frame @param {number} ratio @param {number} [right] room at the right
 * @returns {[number, number]}
 */
export function edges(width, ratio, right = MARGIN.right) {
  return [Math.round(MARGIN.left * ratio) / ratio, Math.round((width - right) * ratio) / ratio];
}

/** The plot's width in device pixels. @param {number} width of the frame in CSS pixels @param {number} ratio @param {number} [right] */
export function plotWidth(width, ratio, right) {
  const [left, end] = edges(width, ratio, right);
  return Math.max(0, Math.round((end - left) * ratio));
}

/**
 * @typedef {object} View
 * @property {number} width @property {number} height @property {number} ratio device pixels of a CSS pixel
 * @property {number} left @property {number} right @property {number} top @property {number} bottom edges of the plot
 * @property {import('./scales.js').Scale} x @property {import('./scales.js').Scale} y
 * @property {number} outside how many values lie above or below the plot
 */

/**
 * The scales of a model.
 * @param {import('./line_chart.js').Model} model @param {number} width @param {number} height @param {number} ratio
 * @param {number} margin room at the right
 * @returns {View}
 */
export function layout(model, width, height, ratio, margin) {
  const shown = model.range ?? model.extent ?? (model.logX ? [1, 10] : [0, 1]);
  const domain = /** @type {[number, number]} */ (shown[0] === shown[1] ? widened(shown[0], model.logX) : shown);
  const [left, right] = edges(width, ratio, margin);
  const x = scale(domain, [left, right], model.logX);
  const { domain: values, outside } = domainOf(model.lines, model.range, model, (at) => Math.floor((x.toPixel(at) - left) * ratio));
  const bottom = height - MARGIN.bottom;
  return {
    width, height, ratio, left, right, top: MARGIN.top, bottom, outside,
    x,
    y: scale(values, [bottom, MARGIN.top], model.log),
  };
}

/** A domain around one x. @param {number} x @param {boolean} log @returns {[number, number]} */
function widened(x, log) {
  if (log) return [x / 2, x * 2];
  const air = Math.max(0.5, Math.abs(x) * 2 ** -44);
  return [x - air, x + air];
}
