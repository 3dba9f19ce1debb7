// What is marked on lines: values that are not finite, boundaries between parts, lowest, highest and
// last, and which runs are alive.

import { rule } from './axes.js';
import { clipped } from './lines.js';
import { markedColumns } from './reduce.js';
import { ascends, firstFrom } from './search.js';

/**
 * @typedef {import('./layout.js').View} View
 * @typedef {import('./line_chart.js').Model} Model
 * @typedef {import('./line_chart.js').Line} Line
 * @typedef {{ x: number, color: string, text: string }} Boundary where a run started again, or a file is damaged
 */

const MOST_BOUNDARIES = 200;
const MOST_MARKED = 40; // lines whose lowest, highest and last are marked

/**
 * @param {CanvasRenderingContext2D} context @param {Model} model @param {View} view @param {import('./theme.js').Theme} theme
 */
export function drawMarks(context, model, view, theme) {
  clipped(context, view);
  for (const line of model.lines) drawNotFinite(context, line, view, model.highlight !== null && line.id !== model.highlight ? 0.2 : 1);
  drawBoundaries(context, model.boundaries ?? [], view);
  context.restore();
  if (model.extremes) drawExtremes(context, model, view, theme);
  drawAlive(context, model, view, theme);
}

/**
 * What is not finite: a triangle on the lower edge for NaN and −∞, on the upper for ∞, one in a pixel
 * column.
 * @param {CanvasRenderingContext2D} context @param {Line} line @param {View} view @param {number} alpha
 */
function drawNotFinite(context, line, view, alpha) {
  if (line.notFinite === 0) return;
  const { ratio, left, right } = view;
  const size = 4 * ratio;
  const toX = (/** @type {number} */ v) => view.x.toPixel(v) * ratio;
  context.fillStyle = line.color;
  context.globalAlpha = alpha;
  for (const { x, up } of markedColumns(line.x, line.raw, toX, [left * ratio, right * ratio])) {
    const y = (up ? view.top : view.bottom) * ratio;
    triangle(context, x, up ? y : y - 1.6 * size, up ? y + 1.6 * size : y, size);
  }
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} tip @param {number} foot @param {number} size */
function triangle(context, x, tip, foot, size) {
  context.beginPath();
  context.moveTo(x, tip);
  context.lineTo(x - size, foot);
  context.lineTo(x + size, foot);
  context.fill();
}

/** @param {CanvasRenderingContext2D} context @param {Boundary[]} boundaries @param {View} view */
function drawBoundaries(context, boundaries, view) {
  const { ratio, top, bottom } = view;
  context.lineWidth = 1;
  for (const { x, color } of boundaries.slice(0, MOST_BOUNDARIES)) {
    const at = Math.round(view.x.toPixel(x) * ratio) + 0.5;
    context.globalAlpha = 0.7;
    context.setLineDash([2 * ratio, 3 * ratio]);
    rule(context, color, at, top * ratio, at, bottom * ratio);
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.fillStyle = color;
    context.fillRect(at - 2.5 * ratio, top * ratio, 5 * ratio, 5 * ratio);
  }
}

/** The boundary near a place in the plot. @param {Boundary[]} boundaries @param {View} view @param {number} x CSS pixels @param {number} reach */
export function boundaryAt(boundaries, view, x, reach) {
  let best = null;
  let distance = reach;
  for (const boundary of boundaries.slice(0, MOST_BOUNDARIES)) {
    const d = Math.abs(view.x.toPixel(boundary.x) - x);
    if (d <= distance) [best, distance] = [boundary, d];
  }
  return best;
}

/**
 * Numbers of the lowest, highest and last finite point of a line in a range of x; -1 where there is none.
 * @param {Line} line @param {[number, number]} range @param {boolean} log
 */
export function extremesOf({ x, y }, [from, to], log) {
  let lowest = -1;
  let highest = -1;
  let last = -1;
  const start = ascends(x) ? firstFrom(x, from) : 0;
  for (let i = start; i < x.length; i += 1) {
    if (x[i] > to && ascends(x)) break;
    if (!(x[i] >= from && x[i] <= to) || !Number.isFinite(y[i]) || (log && y[i] <= 0)) continue;
    if (lowest < 0 || y[i] < y[lowest]) lowest = i;
    if (highest < 0 || y[i] > y[highest]) highest = i;
    last = i;
  }
  return { lowest, highest, last };
}

/** @param {CanvasRenderingContext2D} context @param {Model} model @param {View} view @param {import('./theme.js').Theme} theme */
function drawExtremes(context, model, view, theme) {
  const { ratio } = view;
  const chosen = model.lines.filter((line) => !line.behind && (model.highlight === null || line.id === model.highlight)).slice(0, MOST_MARKED);
  const named = chosen.length <= 3;
  context.font = `600 ${11 * ratio}px ${theme.font}`;
  for (const line of chosen) {
    const { lowest, highest, last } = extremesOf(line, view.x.domain, model.log);
    if (last < 0) continue;
    for (const [i, side] of /** @type {[number, number][]} */ ([[last, 0], [lowest, 1], [highest, -1]])) {
      const at = place(view, line, i);
      if (!at) continue;
      context.fillStyle = line.color;
      context.strokeStyle = theme.surface;
      context.lineWidth = ratio;
      mark(context, at, side, ratio);
      if (named && (side !== 0 || (last !== lowest && last !== highest))) write(context, model.format?.(line.y[i]) ?? String(line.y[i]), at, side, view, theme);
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {{ x: number, y: number }} at @param {number} side @param {number} ratio */
function mark(context, { x, y }, side, ratio) {
  context.beginPath();
  if (side === 0) context.arc(x, y, 3.5 * ratio, 0, 7);
  else {
    context.moveTo(x, y);
    context.lineTo(x - 4.5 * ratio, y + side * 8 * ratio);
    context.lineTo(x + 4.5 * ratio, y + side * 8 * ratio);
    context.closePath();
  }
  context.fill();
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {{ x: number, y: number }} at @param {number} side @param {View} view @param {import('./theme.js').Theme} theme */
function write(context, text, at, side, view, theme) {
  const { ratio } = view;
  const width = context.measureText(text).width;
  const [left, right] = [(view.left + 2) * ratio, (view.right - 2) * ratio - width];
  const wanted = at.y + (side === 0 ? -12 : side * 16) * ratio;
  const y = Math.min(Math.max(wanted, (view.top + 6) * ratio), (view.bottom - 6) * ratio);
  // at an edge of the plot there is no room beyond the mark: beside it, or it would be written over
  const beside = at.x + 8 * ratio <= right ? at.x + 8 * ratio : at.x - 8 * ratio - width;
  const x = y === wanted ? Math.min(Math.max(at.x - width / 2, left), right) : beside;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.lineWidth = 3 * ratio;
  context.lineJoin = 'round';
  context.strokeStyle = theme.surface;
  context.strokeText(text, x, y);
  context.fillStyle = theme.strong;
  context.fillText(text, x, y);
}

/** Where a point is drawn, in device pixels; null if it is not in the plot. @param {View} view @param {Line} line @param {number} i */
export function place(view, line, i) {
  const x = view.x.toPixel(line.x[i]);
  const y = view.y.toPixel(line.y[i]);
  if (!(x >= view.left - 0.5 && x <= view.right + 0.5 && y >= view.top - 1 && y <= view.bottom + 1)) return null;
  return { x: x * view.ratio, y: y * view.ratio };
}

/** A dot at the end of each line that still grows. @param {CanvasRenderingContext2D} context @param {Model} model @param {View} view @param {import('./theme.js').Theme} theme */
function drawAlive(context, model, view, theme) {
  const { ratio } = view;
  for (const line of model.lines) {
    if (!line.alive) continue;
    const at = place(view, line, line.x.length - 1);
    if (!at) continue;
    context.beginPath();
    context.arc(at.x, at.y, 3 * ratio, 0, 7);
    context.fillStyle = theme.good;
    context.fill();
    context.lineWidth = 1.5 * ratio;
    context.strokeStyle = theme.surface;
    context.stroke();
  }
}
