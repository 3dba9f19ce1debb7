// The line chart: canvas, an x column for each series, one device pixel a line.
//
// Contract of every chart: create(host, options) -> { update(model), resize(), destroy() }.
// Two canvases lie on each other: lines and axes below, redrawn when the model changes; the
// crosshair above, redrawn when the pointer moves. Lines of one device pixel are seven times cheaper
// than wider ones where no GPU helps; only the highlighted series is drawn wider.

import { h } from '../lib/dom.js';
import { markedColumns, nearest, pieces } from './reduce.js';
import { extent, padded, scale } from './scales.js';
import { linearTicks, logTicks, tickLabels, xTicks } from './ticks.js';

/**
 * @typedef {import('./reduce.js').Numbers} Numbers
 *
 * @typedef {object} Line
 * @property {string} id
 * @property {string} color
 * @property {number[]} dash
 * @property {Numbers} x
 * @property {Numbers} y what is drawn, smoothed or not
 * @property {Numbers} raw what was logged; drawn faintly where it differs from y
 *
 * @typedef {object} Model
 * @property {Line[]} lines
 * @property {import('./ticks.js').Axis} axis
 * @property {boolean} log logarithmic y
 * @property {boolean} logX logarithmic x; the extent and the range are above 0
 * @property {[number, number] | null} extent of x of all lines; null if there is nothing
 * @property {[number, number] | null} range of x that is shown; null for all
 * @property {string | null} highlight id of the line to lift
 * @property {number | null} cursor x of the crosshair
 * @property {string} label what a screen reader says
 *
 * @typedef {object} Options
 * @property {(x: number | null, event?: PointerEvent) => void} onCursor
 * @property {(range: [number, number] | null) => void} onZoom
 * @property {(direction: number) => void} onStep arrow keys: move the cursor by so many points
 * @property {() => void} [onWidth] the plot has another width in pixels
 * @property {() => void} [onDrawn] the lines are drawn
 */

const MARGIN = { left: 52, right: 10, top: 8, bottom: 22 };

/**
 * @param {HTMLElement} host
 * @param {Options} options
 */
export function create(host, options) {
  const base = h('canvas', { role: 'img', tabIndex: 0, class: 'chart-canvas' });
  const overlay = h('canvas', { class: 'chart-overlay', 'aria-hidden': 'true' });
  const brush = h('div', { class: 'chart-brush', hidden: true });
  const frame = h('div', { class: 'chart-frame' }, base, overlay, brush);
  host.append(frame);
  /** @type {Model | null} */
  let model = null;
  let pending = false;
  /** @type {ReturnType<typeof layout> | null} */
  let view = null;

  function draw() {
    pending = false;
    if (!model || !frame.clientWidth) return;
    view = layout(model, frame.clientWidth, frame.clientHeight, devicePixelRatio || 1);
    base.setAttribute('aria-label', model.label);
    drawLines(sized(base, frame), model, view, getComputedStyle(frame));
    drawCursor();
    options.onDrawn?.();
  }
  function drawCursor() {
    if (model && view) paintCursor(sized(overlay, frame), model, view, getComputedStyle(frame));
  }
  function schedule() {
    if (!pending) {
      pending = true;
      requestAnimationFrame(draw);
    }
  }
  let width = plotWidth(frame.clientWidth);
  const observer = new ResizeObserver(() => {
    schedule();
    if (plotWidth(frame.clientWidth) === width) return;
    width = plotWidth(frame.clientWidth);
    options.onWidth?.();
  });
  observer.observe(frame);
  const stop = listen(base, brush, () => view, options);

  return {
    /** @param {Model} next */
    update(next) {
      const onlyCursor = model !== null && same(model, next);
      model = next;
      if (onlyCursor && !pending) drawCursor();
      else schedule();
    },
    resize: schedule,
    /** The plot's width in device pixels; 0 while it is not on the page. */
    pixels: () => plotWidth(frame.clientWidth),
    /** How far below the chart's top a value is drawn, in CSS pixels; ∞ where it is not drawn. @param {number} value */
    top(value) {
      const y = view && Number.isFinite(value) ? view.y.toPixel(value) : NaN;
      return Number.isFinite(y) ? y : Infinity;
    },
    /** Whether a line has anything at x: a point that is drawn close to it, or points on both sides. @param {Line} item @param {number} i its point nearest to x @param {number} x */
    reaches: (item, i, x) => view !== null && reaches(view, item, i, x),
    destroy() {
      observer.disconnect();
      stop();
      frame.remove();
    },
  };
}

/** Whether two models differ in nothing but the cursor. @param {Model} a @param {Model} b */
function same(a, b) {
  return a.lines === b.lines && a.axis === b.axis && a.log === b.log && a.logX === b.logX && a.extent === b.extent && a.range === b.range
    && a.highlight === b.highlight && a.label === b.label;
}

/**
 * A canvas of the frame's size in device pixels, cleared.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} frame
 */
function sized(canvas, frame) {
  const ratio = devicePixelRatio || 1;
  const width = Math.round(frame.clientWidth * ratio);
  const height = Math.round(frame.clientHeight * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, ratio };
}

/**
 * The left and right edge of the plot in CSS pixels, on edges of device pixels: the columns that
 * lines are reduced to begin at the left one.
 * @param {number} width @param {number} ratio
 * @returns {[number, number]}
 */
function edges(width, ratio) {
  return [Math.round(MARGIN.left * ratio) / ratio, Math.round((width - MARGIN.right) * ratio) / ratio];
}

/** @param {number} width of the frame in CSS pixels */
function plotWidth(width) {
  const ratio = devicePixelRatio || 1;
  const [left, right] = edges(width, ratio);
  return Math.max(0, Math.round((right - left) * ratio));
}

/**
 * The scales of a model in CSS pixels.
 * @param {Model} model @param {number} width @param {number} height @param {number} ratio
 */
function layout(model, width, height, ratio) {
  const shown = model.range ?? model.extent ?? (model.logX ? [1, 10] : [0, 1]);
  const domain = /** @type {[number, number]} */ (shown[0] === shown[1] ? widened(shown[0], model.logX) : shown);
  const ys = model.lines.map((line) => visible(line, model.range));
  const y = padded(extent(ys, model.log) ?? [model.log ? 1 : 0, model.log ? 10 : 1], model.log);
  return {
    width,
    height,
    x: scale(domain, edges(width, ratio), model.logX),
    y: scale(y, [height - MARGIN.bottom, MARGIN.top], model.log),
  };
}

/** A domain around one x. @param {number} x @param {boolean} log */
function widened(x, log) {
  return log ? [x / 2, x * 2] : [x - 0.5, x + 0.5];
}

/** The y values that decide the y axis. @param {Line} line @param {[number, number] | null} range */
function visible(line, range) {
  if (!range) return line.y;
  return line.y.filter((_, i) => line.x[i] >= range[0] && line.x[i] <= range[1]);
}

/**
 * @param {{ context: CanvasRenderingContext2D, ratio: number }} canvas
 * @param {Model} model
 * @param {ReturnType<typeof layout>} view
 * @param {CSSStyleDeclaration} style
 */
function drawLines({ context, ratio }, model, view, style) {
  drawAxes(context, ratio, model, view, style);
  const [left, right] = edges(view.width, ratio);
  context.save();
  context.beginPath();
  context.rect(left * ratio, 0, (right - left) * ratio,
    (view.height - MARGIN.bottom) * ratio + 1);
  context.clip();
  const ordered = [...model.lines].sort((a, b) => Number(a.id === model.highlight) - Number(b.id === model.highlight));
  for (const line of ordered) {
    const dimmed = model.highlight !== null && line.id !== model.highlight;
    if (line.raw !== line.y) stroke(context, ratio, line, line.raw, view, model.log, dimmed ? 0.05 : 0.22, 1);
    stroke(context, ratio, line, line.y, view, model.log, dimmed ? 0.2 : 1, line.id === model.highlight ? 2 * ratio : 1);
    marks(context, ratio, line, view, dimmed ? 0.2 : 1);
  }
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context @param {number} ratio @param {Line} line
 * @param {Numbers} values @param {ReturnType<typeof layout>} view @param {boolean} log
 * @param {number} alpha @param {number} width
 */
function stroke(context, ratio, line, values, view, log, alpha, width) {
  const toX = (/** @type {number} */ v) => view.x.toPixel(v) * ratio;
  const toY = (/** @type {number} */ v) => view.y.toPixel(v) * ratio;
  const [left, right] = edges(view.width, ratio);
  const span = /** @type {[number, number]} */ ([left * ratio - 1, right * ratio + 1]);
  context.strokeStyle = line.color;
  context.fillStyle = line.color;
  context.globalAlpha = alpha;
  context.lineWidth = width;
  context.setLineDash(line.dash.map((length) => length * ratio));
  context.lineJoin = 'bevel';
  context.beginPath();
  for (const piece of pieces(line.x, values, toX, toY, span, log)) {
    if (piece.length === 2) {
      context.fillRect(piece[0] - 1.5 * ratio, piece[1] - 1.5 * ratio, 3 * ratio, 3 * ratio);
      continue;
    }
    context.moveTo(piece[0], piece[1]);
    for (let i = 2; i < piece.length; i += 2) context.lineTo(piece[i], piece[i + 1]);
  }
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/**
 * What is not finite: a triangle on the lower edge for NaN and −∞, on the upper for ∞, one in a pixel
 * column.
 * @param {CanvasRenderingContext2D} context @param {number} ratio @param {Line} line
 * @param {ReturnType<typeof layout>} view @param {number} alpha
 */
function marks(context, ratio, line, view, alpha) {
  const size = 4 * ratio;
  const toX = (/** @type {number} */ v) => view.x.toPixel(v) * ratio;
  context.fillStyle = line.color;
  context.globalAlpha = alpha;
  const [left, right] = edges(view.width, ratio);
  for (const { x, up } of markedColumns(line.x, line.raw, toX, [left * ratio, right * ratio])) {
    const y = (up ? MARGIN.top : view.height - MARGIN.bottom) * ratio;
    const tip = up ? y : y - 1.6 * size;
    const foot = up ? y + 1.6 * size : y;
    context.beginPath();
    context.moveTo(x, tip);
    context.lineTo(x - size, foot);
    context.lineTo(x + size, foot);
    context.fill();
  }
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context @param {number} ratio @param {Model} model
 * @param {ReturnType<typeof layout>} view @param {CSSStyleDeclaration} style
 */
function drawAxes(context, ratio, model, view, style) {
  const bottom = view.height - MARGIN.bottom;
  const grid = style.getPropertyValue('--grid');
  context.font = `${11 * ratio}px ${style.fontFamily}`;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const count = Math.max(2, Math.floor(bottom / 38));
  const ys = model.log ? logTicks(...view.y.domain, count) : linearTicks(...view.y.domain, count);
  const labels = tickLabels(ys);
  ys.forEach((at, i) => {
    const y = Math.round(view.y.toPixel(at) * ratio) + 0.5;
    line(context, grid, MARGIN.left * ratio, y, (view.width - MARGIN.right) * ratio, y);
    context.fillStyle = style.getPropertyValue('--text-2');
    context.fillText(labels[i], (MARGIN.left - 6) * ratio, y, (MARGIN.left - 8) * ratio);
  });
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const { at, text } of xTicks(model.axis, view.x.domain, view.width, model.logX)) {
    const x = Math.round(view.x.toPixel(at) * ratio) + 0.5;
    line(context, grid, x, bottom * ratio, x, (bottom + 4) * ratio);
    context.fillStyle = style.getPropertyValue('--text-2');
    const half = context.measureText(text).width / 2;
    const left = Math.min(Math.max(x, half), view.width * ratio - half);
    context.fillText(text, left, (bottom + 6) * ratio);
  }
  line(context, style.getPropertyValue('--axis'), MARGIN.left * ratio, Math.round(bottom * ratio) + 0.5,
    (view.width - MARGIN.right) * ratio, Math.round(bottom * ratio) + 0.5);
}

/** @param {CanvasRenderingContext2D} context @param {string} color @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
function line(context, color, x0, y0, x1, y1) {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/**
 * @param {{ context: CanvasRenderingContext2D, ratio: number }} canvas
 * @param {Model} model @param {ReturnType<typeof layout>} view @param {CSSStyleDeclaration} style
 */
function paintCursor({ context, ratio }, model, view, style) {
  if (model.cursor === null) return;
  const x = view.x.toPixel(model.cursor);
  if (x < MARGIN.left - 0.5 || x > view.width - MARGIN.right + 0.5) return;
  const at = Math.round(x * ratio) + 0.5;
  line(context, style.getPropertyValue('--crosshair'), at, MARGIN.top * ratio, at, (view.height - MARGIN.bottom) * ratio);
  for (const item of model.lines.slice(0, 60)) {
    const i = nearest(item.x, model.cursor);
    if (i < 0 || !Number.isFinite(item.y[i]) || (model.log && item.y[i] <= 0) || !reaches(view, item, i, model.cursor)) continue;
    context.beginPath();
    context.arc(view.x.toPixel(item.x[i]) * ratio, view.y.toPixel(item.y[i]) * ratio, 3 * ratio, 0, 7);
    context.fillStyle = item.color;
    context.fill();
    context.strokeStyle = style.getPropertyValue('--surface');
    context.lineWidth = ratio;
    context.stroke();
  }
}

const CLOSE = 12; // CSS pixels

/** @param {ReturnType<typeof layout>} view @param {Line} item @param {number} i @param {number} x */
function reaches(view, item, i, x) {
  const off = item.x[i] - x;
  if (Math.abs(view.x.toPixel(item.x[i]) - view.x.toPixel(x)) <= CLOSE) return true;
  const other = item.x[i + (off < 0 ? 1 : -1)];
  return off < 0 ? other >= x : other <= x;
}

/**
 * Pointer and keyboard. Dragging marks a range of x and zooms to it.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} brush
 * @param {() => ReturnType<typeof layout> | null} getView
 * @param {Options} options
 * @returns {() => void} removes the listeners
 */
function listen(canvas, brush, getView, options) {
  const controller = new AbortController();
  const { signal } = controller;
  let start = -1;
  const inside = (/** @type {PointerEvent} */ event) => {
    const view = getView();
    const x = event.clientX - canvas.getBoundingClientRect().left;
    return view ? Math.min(Math.max(x, MARGIN.left), view.width - MARGIN.right) : 0;
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    start = inside(event);
    canvas.setPointerCapture(event.pointerId);
  }, { signal });
  canvas.addEventListener('pointermove', (event) => {
    const view = getView();
    if (!view) return;
    const x = inside(event);
    if (start >= 0 && Math.abs(x - start) > 3) {
      brush.hidden = false;
      Object.assign(brush.style, { left: `${Math.min(x, start)}px`, width: `${Math.abs(x - start)}px` });
    }
    options.onCursor(view.x.toValue(x), brush.hidden ? event : undefined);
  }, { signal });
  canvas.addEventListener('pointerup', (event) => {
    const view = getView();
    const x = inside(event);
    brush.hidden = true;
    if (view && start >= 0 && Math.abs(x - start) > 3) {
      const ends = [view.x.toValue(start), view.x.toValue(x)].sort((a, b) => a - b);
      options.onZoom([ends[0], ends[1]]);
    }
    start = -1;
  }, { signal });
  canvas.addEventListener('pointerleave', () => options.onCursor(null), { signal });
  canvas.addEventListener('dblclick', () => options.onZoom(null), { signal });
  canvas.addEventListener('blur', () => options.onCursor(null), { signal });
  canvas.addEventListener('keydown', (event) => {
    const moves = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1 });
    if (event.key in moves) options.onStep(moves[event.key] * (event.shiftKey ? 10 : 1));
    else if (event.key === 'Escape') options.onZoom(null);
    else return;
    event.preventDefault();
  }, { signal });
  return () => controller.abort();
}
