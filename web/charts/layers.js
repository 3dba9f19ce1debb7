// A picture's lines in layers: a line that comes, goes or changes costs its layer, not all lines.
//
// Which layer a line lies in follows from its place among all lines of the chart, shown or not. So what
// is on the screen follows from what is shown, and not from what was shown before.

import { h } from '../lib/dom.js';
import { drawStrokes, sizeOf } from './lines.js';

const BYTES = 6e6; // that the layers of a chart may take
const KINDS = 2; // of layers: what was logged lies behind what is smoothed
export const LEAST = 4; // lines of a layer

/**
 * @typedef {import('./layout.js').View} View
 * @typedef {import('./lines.js').Stroke} Stroke
 * @typedef {{ key: string, list: Stroke[], next: number, canvas: HTMLCanvasElement | null }} Layer
 *   next: number of the first stroke that is not drawn yet; canvas: null where the layer is the picture
 */

/**
 * How many lines share a layer; Infinity where all do, since layers would be too few or too small.
 * @param {number} places how many lines there are, shown or not
 * @param {Pick<View, 'width' | 'height' | 'ratio'>} view
 */
export function linesOfLayer(places, { width, height, ratio }) {
  const most = Math.floor(BYTES / KINDS / Math.max(1, 4 * width * height * ratio * ratio));
  if (most < 2 || places <= LEAST) return Infinity;
  const size = places / most;
  const unit = Math.max(LEAST, 2 ** Math.floor(Math.log2(size)) / 8); // so that it rarely changes while runs come
  return Math.ceil(size / unit) * unit;
}

/**
 * Canvases of charts that are gone, for those that come: a new one costs a millisecond, which a screen
 * of charts needs a hundred times.
 * @type {HTMLCanvasElement[]}
 */
const free = [];
const MOST_FREE = 150; // 50 MB, of charts of the usual size

export function createLayers() {
  /** @type {Layer[]} */
  let layers = [];
  /** @type {View | null} */
  let view = null;
  let look = '';
  let log = false;

  return {
    /** Takes over what is to be drawn; what is drawn already stays. @param {Stroke[]} list @param {View} next @param {boolean} logY */
    plan(list, next, logY) {
      const before = new Map(layers.map((layer) => [layer.key, layer]));
      const same = look === lookOf(next, logY);
      [view, log, look] = [next, logY, lookOf(next, logY)];
      const groups = groupsOf(list);
      layers = groups.map(([key, strokes]) => {
        const old = before.get(key);
        before.delete(key);
        if (same && old?.canvas && alike(old.list, strokes)) return old;
        return { key, list: strokes, next: 0, canvas: groups.length > 1 ? (old?.canvas ?? free.pop() ?? h('canvas', null)) : null };
      });
      give(before.values());
    },
    destroy() {
      give(layers);
      layers = [];
    },
    /** How many points are still to be drawn. */
    left: () => layers.reduce((sum, { list, next }) => sum + sizeOf(list.slice(next)), 0),
    /** Draws until that moment. @param {CanvasRenderingContext2D} context of the picture @param {number} until milliseconds @returns {boolean} whether all is drawn */
    paint(context, until) {
      for (const layer of layers) {
        if (!view || layer.next >= layer.list.length) continue;
        const own = !layer.canvas ? context : layer.next ? /** @type {CanvasRenderingContext2D} */ (layer.canvas.getContext('2d')) : cleared(layer.canvas, view);
        layer.next = drawStrokes(own, layer.list, layer.next, view, log, until);
        if (layer.next < layer.list.length) return false;
      }
      return true;
    },
    /** Lays the layers, as far as they are drawn, on each other. @param {CanvasRenderingContext2D} context */
    compose(context) {
      for (const { canvas, next } of layers) if (canvas && next) context.drawImage(canvas, 0, 0);
    },
  };
}

/** Leaves canvases to who needs some. @param {Iterable<Layer>} layers */
function give(layers) {
  for (const { canvas } of layers) if (canvas && free.length < MOST_FREE) free.push(canvas);
}

/** Strokes that lie in one layer, in their order. @param {Stroke[]} list @returns {[string, Stroke[]][]} */
function groupsOf(list) {
  /** @type {Map<string, Stroke[]>} */
  const groups = new Map();
  for (const stroke of list) {
    const group = groups.get(stroke.layer);
    if (group) group.push(stroke);
    else groups.set(stroke.layer, [stroke]);
  }
  return [...groups];
}

/** What the pixels of a stroke depend on besides it. @param {View} view @param {boolean} log */
function lookOf({ x, y, left, right, bottom, width, height, ratio }, log) {
  return [x.domain, x.log, y.domain, log, left, right, bottom, width, height, ratio].join();
}

/** @param {Stroke[]} a @param {Stroke[]} b */
function alike(a, b) {
  return a.length === b.length && a.every((one, i) => {
    const other = b[i];
    return one.values === other.values && one.line.x === other.line.x && one.line.color === other.line.color
      && one.alpha === other.alpha && one.width === other.width && one.dash === other.dash;
  });
}

/**
 * A canvas of the picture's size in device pixels, cleared.
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 */
export function cleared(canvas, view) {
  const width = Math.round(view.width * view.ratio);
  const height = Math.round(view.height * view.ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
