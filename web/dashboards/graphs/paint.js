// Draws marks on a canvas.
//
// What is too small to be told apart is drawn plainly: no text below five pixels, no round corners
// and thin lines where a box is a few pixels high. So a picture of thousands of nodes costs little.

import { bend } from './lines.js';

const LEAST_TEXT = 5; // px on the screen
const PLAIN = 0.3; // scale below which corners, arrows and dashes are left out

/** @typedef {import('./marks.js').Mark} Mark @typedef {Record<string, string>} Palette names to colours; `font` is the family */

/**
 * @param {CanvasRenderingContext2D} context scaled and moved to the picture's own pixels
 * @param {Mark[]} marks @param {Palette} palette @param {number} scale device pixels for one of the picture
 * @param {number} ratio device pixels for one of the page
 * @param {{ top: number, bottom: number }} [shown] of the picture: pieces of lines above and below are left out
 */
export function paint(context, marks, palette, scale, ratio, shown = { top: -Infinity, bottom: Infinity }) {
  const size = scale / ratio;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  for (const mark of marks) {
    if (mark.type === 'text' && mark.size * size < LEAST_TEXT) continue;
    if (context.globalAlpha !== mark.alpha) context.globalAlpha = mark.alpha;
    if (mark.type === 'box') box(context, mark, palette, size);
    else if (mark.type === 'line') line(context, mark, palette, size, shown);
    else text(context, mark, palette);
  }
  context.globalAlpha = 1;
}

/** @param {Palette} palette @param {string} name */
function colour(palette, name) {
  return palette[name] ?? name;
}

/** @param {CanvasRenderingContext2D} context @param {import('./marks.js').BoxMark} mark @param {Palette} palette @param {number} shown */
function box(context, { x, y, width, height, radius, fill, stroke, line: lineWidth, dash }, palette, shown) {
  const plain = shown < PLAIN;
  if (plain) {
    if (fill) {
      context.fillStyle = colour(palette, fill);
      context.fillRect(x, y, width, height);
    }
    if (stroke && height * shown > 4) {
      context.strokeStyle = colour(palette, stroke);
      context.lineWidth = Math.max(lineWidth, 1 / shown);
      context.strokeRect(x, y, width, height);
    }
    return;
  }
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  if (fill) {
    context.fillStyle = colour(palette, fill);
    context.fill();
  }
  if (!stroke) return;
  context.strokeStyle = colour(palette, stroke);
  context.lineWidth = lineWidth;
  if (dash) context.setLineDash(dash);
  context.stroke();
  if (dash) context.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} context @param {import('./marks.js').LineMark} mark @param {Palette} palette
 * @param {number} size @param {{ top: number, bottom: number }} shown
 */
function line(context, { points, covered, stroke, line: lineWidth, dash, arrow }, palette, size, shown) {
  const plain = size < PLAIN;
  context.strokeStyle = colour(palette, stroke);
  context.lineWidth = plain ? Math.max(1, Math.min(lineWidth * size, 2)) / size : lineWidth;
  const dashed = dash && !plain && !farAcross(points);
  if (dashed) context.setLineDash(dash);
  context.beginPath();
  const last = points.length - 1;
  let at = -1; // the point that the path has come to
  for (let i = 1; i <= last; i += 1) {
    let start = points[i - 1];
    let end = arrow && !plain && i === last ? shortened(start, points[i]) : points[i];
    if (covered?.[i] || Math.max(start.y, end.y) < shown.top - HEAD || Math.min(start.y, end.y) > shown.bottom + HEAD) continue;
    if (start.x === end.x) [start, end] = [near(start, end, shown, dash), near(end, start, shown, dash)];
    if (at !== i - 1 || start !== points[i - 1]) context.moveTo(start.x, start.y);
    at = end === points[i] ? i : -1;
    const controls = plain ? null : bend(start, end);
    if (controls) context.bezierCurveTo(controls[0].x, controls[0].y, controls[1].x, controls[1].y, end.x, end.y);
    else context.lineTo(end.x, end.y);
  }
  context.stroke();
  if (plain) return;
  if (dashed) context.setLineDash([]);
  if (!arrow || covered?.[last]) return;
  context.fillStyle = colour(palette, stroke);
  context.beginPath();
  const corners = arrowHead(points[last - 1], points[last], lineWidth);
  context.moveTo(corners[0].x, corners[0].y);
  corners.slice(1).forEach(({ x, y }) => context.lineTo(x, y));
  context.fill();
}

/**
 * The end of an upright piece, cut where it is out of sight: a thousand dashes cost as much unseen.
 * @param {{ x: number, y: number }} point @param {{ x: number, y: number }} other end of the piece
 * @param {{ top: number, bottom: number }} shown @param {number[] | undefined} dash
 */
function near(point, other, shown, dash) {
  const limit = point.y < other.y ? shown.top - HEAD : shown.bottom + HEAD;
  const beyond = point.y < other.y ? limit - point.y : point.y - limit;
  const period = dash ? dash.reduce((sum, each) => sum + each, 0) : 1;
  if (!(beyond > period) || !Number.isFinite(beyond)) return point;
  const cut = Math.floor(beyond / period) * period;
  return { x: point.x, y: point.y < other.y ? point.y + cut : point.y - cut };
}

const FAR = 3000; // px of a slanting piece: thousands of dashes would take longer than all the rest

/** @param {{ x: number, y: number }[]} points */
function farAcross(points) {
  return points.some((end, i) => i > 0 && end.x !== points[i - 1].x && Math.abs(end.y - points[i - 1].y) > FAR);
}

const HEAD = 7; // px

/** Where a line ends so that its arrow's point is not blunt. @param {{ x: number, y: number }} before @param {{ x: number, y: number }} end */
export function shortened(before, end) {
  const { dx, dy } = direction(before, end);
  return { x: end.x - dx * (HEAD - 2), y: end.y - dy * (HEAD - 2) };
}

/** @param {{ x: number, y: number }} before @param {{ x: number, y: number }} end */
function direction(before, end) {
  return before.y !== end.y ? { dx: 0, dy: Math.sign(end.y - before.y) } : { dx: Math.sign(end.x - before.x), dy: 0 };
}

/** The corners of an arrow's head. @param {{ x: number, y: number }} before @param {{ x: number, y: number }} end @param {number} width of its line */
export function arrowHead(before, end, width) {
  const { dx, dy } = direction(before, end);
  const half = 3.2 + Math.max(0, width - 1) * 0.6;
  const [x, y] = [end.x - dx * HEAD, end.y - dy * HEAD];
  return [end, { x: x - dy * half, y: y + dx * half }, { x: x + dy * half, y: y - dx * half }];
}

/** @param {CanvasRenderingContext2D} context @param {import('./marks.js').TextMark} mark @param {Palette} palette */
function text(context, { x, y, text: content, size, weight, fill, align, halo }, palette) {
  const font = `${weight} ${size}px ${palette.font}`;
  if (context.font !== font) context.font = font;
  context.textAlign = align;
  if (halo) {
    context.fillStyle = colour(palette, halo);
    context.fillRect(x - 1, y - size / 2, context.measureText(content).width + 2, size);
  }
  context.fillStyle = colour(palette, fill);
  context.fillText(content, x, y);
}
