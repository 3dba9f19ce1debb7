// Names at the ends of lines, so that colour is never the only signal.

import { distinctOf } from '../lib/run_labels.js';
import { place } from './marks.js';

const HEIGHT = 13; // CSS pixels of a name
export const MOST = 14; // names; more could not be told apart
const PART = 0.24; // of the chart's width that names may take
const LEAST = 440; // CSS pixels of a chart that has room for names

/**
 * How much room at the right the names need, in CSS pixels; 0 if there is none to give.
 * @param {string[]} names @param {number} width of the chart @param {number} height @param {(text: string) => number} measure
 */
export function roomFor(names, width, height, measure) {
  if (names.length < 2 || names.length > Math.min(MOST, height / HEIGHT) || width < LEAST) return 0;
  const widest = Math.max(...names.map(told(names, width * PART, measure)).map(measure));
  return Math.ceil(Math.min(widest, width * PART)) + 16;
}

/**
 * The names as they are where they fit, else what tells them apart.
 * @param {string[]} names @param {number} room @param {(text: string) => number} measure
 * @returns {(name: string) => string}
 */
export function told(names, room, measure) {
  return names.every((name) => measure(name) <= room) ? (name) => name : distinctOf(names);
}

/**
 * Heights at which names do not overlap, each as near to its wish as may be, in their order.
 * @param {number[]} wishes @param {number} height of a name @param {number} top @param {number} bottom
 * @returns {number[]}
 */
export function spaced(wishes, height, top, bottom) {
  const order = wishes.map((_, i) => i).sort((a, b) => wishes[a] - wishes[b] || a - b);
  /** @type {{ sum: number, n: number, at: number }[]} blocks of names that touch: the mean of their wishes */
  const blocks = [];
  for (const i of order) {
    let block = { sum: clamp(wishes[i], top, bottom), n: 1, at: clamp(wishes[i], top, bottom) };
    while (blocks.length && blocks[blocks.length - 1].at + (blocks[blocks.length - 1].n + block.n) * (height / 2) > block.at) {
      const before = /** @type {typeof block} */ (blocks.pop());
      const n = before.n + block.n;
      const sum = before.sum + block.sum;
      block = { sum, n, at: clamp(sum / n, top + ((n - 1) * height) / 2, bottom - ((n - 1) * height) / 2) };
    }
    blocks.push(block);
  }
  const found = new Array(wishes.length);
  let next = 0;
  for (const { n, at } of blocks) {
    for (let i = 0; i < n; i += 1) found[order[next++]] = at + (i - (n - 1) / 2) * height;
  }
  return found;
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

/**
 * A name that fits: its middle is left out, since what tells runs apart is often at the end.
 * @param {string} name @param {number} room @param {(text: string) => number} measure
 */
export function fitted(name, room, measure) {
  if (measure(name) <= room) return name;
  const characters = [...name];
  let low = 0;
  let high = characters.length - 1;
  const cut = (/** @type {number} */ kept) => {
    const tail = Math.ceil(kept * 0.6);
    return `${characters.slice(0, kept - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
  };
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(cut(middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}

/**
 * The line that a run's name stands at: the last of its parts that ends in the plot.
 * @param {import('./line_chart.js').Line[]} lines @param {import('./layout.js').View} view @param {boolean} log
 */
function ends(lines, view, log) {
  /** @type {Map<string, { line: import('./line_chart.js').Line, x: number, y: number }>} */
  const found = new Map();
  for (const line of lines) {
    if (line.behind) continue;
    if (line.faint) continue;
    for (let i = line.x.length - 1; i >= 0; i -= 1) {
      if (!Number.isFinite(line.y[i]) || (log && line.y[i] <= 0)) continue;
      const at = place(view, line, i);
      if (!at) continue;
      found.set(line.key ?? line.id, { line, ...at });
      break;
    }
  }
  return [...found.values()];
}

/**
 * @param {CanvasRenderingContext2D} context @param {import('./line_chart.js').Model} model
 * @param {import('./layout.js').View} view @param {import('./theme.js').Theme} theme
 */
export function drawLabels(context, model, view, theme) {
  const { ratio } = view;
  const marks = ends(model.lines, view, model.log);
  context.font = `${11 * ratio}px ${theme.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const measure = (/** @type {string} */ text) => context.measureText(text).width;
  const left = (view.right + 12) * ratio;
  const room = view.width * ratio - left - 2;
  const short = told(marks.map(({ line }) => line.label ?? line.id), room, measure);
  const places = spaced(marks.map(({ y }) => y), HEIGHT * ratio, (view.top + 5) * ratio, (view.bottom - 5) * ratio);
  marks.forEach(({ line, x, y }, i) => {
    context.globalAlpha = model.highlight !== null && line.id !== model.highlight ? 0.35 : 1;
    context.strokeStyle = line.color;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(Math.max(x + 3 * ratio, view.right * ratio), y);
    context.lineTo(left - 3 * ratio, places[i]);
    context.globalAlpha *= 0.5;
    context.stroke();
    context.globalAlpha *= 2;
    context.fillStyle = line.color;
    context.fillText(fitted(short(line.label ?? line.id), room, measure), left, places[i]);
  });
  context.globalAlpha = 1;
}
