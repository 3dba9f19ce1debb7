// Drawing lines: one device pixel wide, those of one look in one stroke where there are many.
//
// Lines of one device pixel are seven times cheaper than wider ones where no GPU helps, so only the
// highlighted series is drawn wider. Few lines are drawn one behind the other, in their order; of many,
// which nobody can follow by their order or dashes, those of one colour are drawn together, some
// hundreds at a time.

import { pieces } from './reduce.js';

const MANY = 300; // lines; from there on they are drawn by colour, without dashes
const BLOCK = 200;
/** @type {number[]} */
const SOLID = [];
const AT_ONCE = 4000; // points of one stroke, so that drawing can stop between two
export const SMALL = 60_000; // points that are drawn in one go

/**
 * @typedef {import('./line_chart.js').Line} Line
 * @typedef {{ line: Line, values: import('./reduce.js').Numbers, alpha: number, width: number, dash: number[], layer: string }} Stroke
 *   layer: those of one lie behind each other, and are drawn together
 */

/**
 * What has to be drawn, in order: what was logged behind what is smoothed, a highlighted line above all.
 * @param {Line[]} lines @param {string | null} highlight @param {number} ratio
 * @param {number} [size] how many places for lines a layer has
 * @returns {Stroke[]}
 */
export function strokes(lines, highlight, ratio, size = Infinity) {
  const many = lines.length >= MANY;
  /** @type {Stroke[]} */
  const faint = [];
  /** @type {Stroke[]} */
  const found = [];
  /** @type {Stroke[]} */
  const lifted = [];
  lines.forEach((line, i) => {
    const is = line.id === highlight;
    const dimmed = highlight !== null && !is;
    const dash = many && !is ? SOLID : line.dash;
    const at = size === Infinity ? '' : String(Math.floor((line.place ?? i) / size));
    const layer = is ? 'lifted' : `found ${at}`;
    if (line.behind) {
      faint.push({ line, values: line.y, alpha: dimmed ? 0.1 : 0.35, width: 1, dash, layer: at && 'behind' });
      return;
    }
    if (line.raw !== line.y) {
      const behind = many || !is;
      (behind ? faint : lifted).push({ line, values: line.raw, alpha: dimmed ? 0.05 : 0.22, width: 1, dash, layer: behind && at ? `faint ${at}` : layer });
    }
    (is ? lifted : found).push({ line, values: line.y, alpha: dimmed ? 0.2 : 1, width: is ? 2 * ratio : 1, dash, layer });
  });
  return many ? [...inBlocks(faint), ...inBlocks(found), ...lifted] : [...faint, ...found, ...lifted];
}

/**
 * Those of one colour together, a block of lines at a time: over all of them, the last colour would
 * cover the others.
 * @param {Stroke[]} list
 */
function inBlocks(list) {
  /** @type {Stroke[]} */
  const found = [];
  let from = 0;
  while (from < list.length) {
    let to = from;
    while (to < list.length && to - from < BLOCK && list[to].layer === list[from].layer) to += 1;
    found.push(...list.slice(from, to).sort((a, b) => (a.line.color < b.line.color ? -1 : Number(a.line.color > b.line.color))));
    from = to;
  }
  return found;
}

/** How many points that are. @param {Stroke[]} list */
export function sizeOf(list) {
  let size = 0;
  for (const { values } of list) size += values.length;
  return size;
}

/**
 * Draws the strokes from number `from` on until the time is up.
 * @param {CanvasRenderingContext2D} context @param {Stroke[]} list @param {number} from
 * @param {import('./layout.js').View} view @param {boolean} log @param {number} [until] milliseconds
 * @returns {number} the number of the first that is not drawn yet
 */
export function drawStrokes(context, list, from, view, log, until = Infinity) {
  const { ratio, left, right } = view;
  const toX = (/** @type {number} */ v) => view.x.toPixel(v) * ratio;
  const toY = (/** @type {number} */ v) => view.y.toPixel(v) * ratio;
  const span = /** @type {[number, number]} */ ([left * ratio - 1, right * ratio + 1]);
  clipped(context, view);
  let next = from;
  while (next < list.length) {
    const first = list[next];
    look(context, first, ratio);
    context.beginPath();
    for (let size = 0; next < list.length && size < AT_ONCE && alike(first, list[next]); next += 1) {
      size += list[next].values.length;
      const found = pieces(list[next].line.x, list[next].values, toX, toY, span, log);
      if (list[next].values.length === 1 && list.length < MANY) dot(context, found, ratio);
      else trace(context, found, ratio);
      if (list.length < MANY) {
        next += 1;
        break;
      }
    }
    context.stroke();
    if (performance.now() >= until) break;
  }
  context.restore();
  return next;
}

/** What is drawn next stays inside the plot, until `restore`. @param {CanvasRenderingContext2D} context @param {import('./layout.js').View} view */
export function clipped(context, { left, right, bottom, ratio }) {
  context.save();
  context.beginPath();
  context.rect(left * ratio, 0, (right - left) * ratio, bottom * ratio + 1);
  context.clip();
}

/** @param {Stroke} a @param {Stroke} b */
function alike(a, b) {
  return a.line.color === b.line.color && a.alpha === b.alpha && a.width === b.width && a.dash === b.dash;
}

/** @param {CanvasRenderingContext2D} context @param {Stroke} stroke @param {number} ratio */
function look(context, { line, alpha, width, dash }, ratio) {
  context.strokeStyle = context.fillStyle = line.color;
  context.globalAlpha = alpha;
  context.lineWidth = width;
  context.lineJoin = 'bevel';
  context.setLineDash(dash.map((length) => length * ratio));
}

/** All that there is of a run: one point, which has to be found. @param {CanvasRenderingContext2D} context @param {number[][]} found @param {number} ratio */
function dot(context, found, ratio) {
  for (const [x, y] of found) {
    const circle = new Path2D(); // beside the path that is being made
    circle.arc(x, y, 3.5 * ratio, 0, 7);
    context.fill(circle);
  }
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} found @param {number} ratio */
function trace(context, found, ratio) {
  for (const piece of found) {
    if (piece.length === 2) {
      context.fillRect(piece[0] - 1.5 * ratio, piece[1] - 1.5 * ratio, 3 * ratio, 3 * ratio);
      continue;
    }
    context.moveTo(piece[0], piece[1]);
    for (let i = 2; i < piece.length; i += 2) context.lineTo(piece[i], piece[i + 1]);
  }
}
