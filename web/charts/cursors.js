// The crosshair and the pinned cursors: drawn above the lines, and measured.

import { rule } from './axes.js';
import { place } from './marks.js';
import { nearest } from './search.js';

/**
 * @typedef {import('./layout.js').View} View
 * @typedef {import('./line_chart.js').Line} Line
 * @typedef {{ line: Line, i: number, distance: number }} Hit a line at some x: its nearest point, and how far that is drawn from the pointer
 */

const CLOSE = 12; // CSS pixels
const MOST_DOTS = 30;

/**
 * Whether a line has anything at x: a point that is drawn close to it, or points on both sides.
 * @param {View} view @param {Line} line @param {number} i its point nearest to x @param {number} x
 */
export function reaches(view, line, i, x) {
  const off = line.x[i] - x;
  if (Math.abs(view.x.toPixel(line.x[i]) - view.x.toPixel(x)) <= CLOSE) return true;
  const other = line.x[i + (off < 0 ? 1 : -1)];
  return off < 0 ? other >= x : other <= x;
}

/**
 * The lines that are at x.
 * @param {Line[]} lines @param {View} view @param {number} x @param {number} y CSS pixels, of which distances are taken; NaN if there is none
 * @returns {Hit[]}
 */
export function hitsAt(lines, view, x, y) {
  /** @type {Hit[]} */
  const found = [];
  for (const line of lines) {
    if (line.behind) continue;
    const i = nearest(line.x, x);
    if (i < 0 || !reaches(view, line, i, x)) continue;
    const top = view.y.toPixel(line.y[i]);
    found.push({ line, i, distance: Number.isFinite(top) ? Math.abs(top - y) : Infinity });
  }
  return found;
}

/** @typedef {'near' | 'value' | 'low' | 'name'} Order */

/** @type {Record<Order, (a: Hit, b: Hit) => number>} */
const ORDERS = {
  near: (a, b) => (a.distance === b.distance ? 0 : a.distance - b.distance),
  value: (a, b) => downwards(a.line.y[a.i], b.line.y[b.i]),
  low: (a, b) => downwards(-a.line.y[a.i], -b.line.y[b.i]),
  name: (a, b) => names.compare(a.line.name, b.line.name),
};
const names = new Intl.Collator(undefined, { numeric: true });

/** The larger first, NaN last. @param {number} a @param {number} b */
function downwards(a, b) {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : b - a;
}

/**
 * The first `most` of the hits in an order, and which of all is nearest. Sorting 5,000 for 12 rows
 * would take longer than a frame may.
 * @param {Hit[]} hits @param {Order} order @param {number} most
 */
export function firstOf(hits, order, most) {
  const compare = ORDERS[order];
  /** @type {Hit[]} */
  const found = [];
  let near = hits[0];
  for (const hit of hits) {
    if (hit.distance < near.distance) near = hit;
    if (found.length === most && compare(hit, found[most - 1]) >= 0) continue;
    let at = found.length;
    while (at > 0 && compare(hit, found[at - 1]) < 0) at -= 1;
    found.splice(at, 0, hit);
    if (found.length > most) found.pop();
  }
  return { found, near };
}

/** The number of a line's point at x; -1 where the line is not. @param {Line} line @param {number} at */
function pointAt({ x }, at) {
  const i = nearest(x, at);
  if (i < 0 || x[i] === at) return i;
  const off = x[i] - at;
  if (off < 0 ? x[i + 1] >= at : x[i - 1] <= at) return i;
  const apart = Math.abs(x[i] - x[off < 0 ? i - 1 : i + 1]); // beyond an end, half of the way to its neighbour is near
  return Math.abs(off) <= apart / 2 ? i : -1;
}

/**
 * What two pinned cursors say of a line: its values at both, their difference, and its slope; null
 * where it is at neither.
 * @param {Line} line @param {number} a @param {number} b
 */
export function measure(line, a, b) {
  const [i, j] = [pointAt(line, a), pointAt(line, b)];
  if (i < 0 && j < 0) return null;
  const [from, to] = [i < 0 ? NaN : line.y[i], j < 0 ? NaN : line.y[j]];
  const run = line.x[j] - line.x[i];
  return { from, to, difference: to - from, slope: run === 0 ? NaN : (to - from) / run, i, j };
}

/**
 * @param {CanvasRenderingContext2D} context @param {View} view @param {import('./theme.js').Theme} theme
 * @param {{ cursor: number | null, pins: number[], hits: Hit[] }} what
 */
export function drawCursors(context, view, theme, { cursor, pins, hits }) {
  const { ratio, top, bottom } = view;
  const at = (/** @type {number} */ x) => Math.round(view.x.toPixel(x) * ratio) + 0.5;
  const inside = (/** @type {number} */ x) => view.x.toPixel(x) >= view.left - 0.5 && view.x.toPixel(x) <= view.right + 0.5;
  context.lineWidth = 1;
  pins.forEach((pin, n) => {
    if (!inside(pin)) return;
    context.setLineDash([5 * ratio, 3 * ratio]);
    rule(context, theme.accent, at(pin), top * ratio, at(pin), bottom * ratio);
    context.setLineDash([]);
    flag(context, at(pin), 'AB'[n], view, theme);
  });
  if (cursor === null || !inside(cursor)) return;
  rule(context, theme.crosshair, at(cursor), top * ratio, at(cursor), bottom * ratio);
  if (hits.length > MOST_DOTS) return; // a column of dots tells nothing; the rows beside the pointer do
  for (const { line, i } of hits) {
    const dot = place(view, line, i);
    if (!dot) continue;
    context.beginPath();
    context.arc(dot.x, dot.y, 3 * ratio, 0, 7);
    context.fillStyle = line.color;
    context.fill();
    context.strokeStyle = theme.surface;
    context.lineWidth = ratio;
    context.stroke();
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {string} text @param {View} view @param {import('./theme.js').Theme} theme */
function flag(context, x, text, view, theme) {
  const { ratio, bottom } = view;
  context.fillStyle = theme.accent;
  context.fillRect(x - 7 * ratio, bottom * ratio - 14 * ratio, 14 * ratio, 14 * ratio);
  context.fillStyle = theme.surface;
  context.font = `700 ${10 * ratio}px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, bottom * ratio - 6.5 * ratio);
}
