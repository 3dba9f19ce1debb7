// The line chart: canvas, an x column for each series, one device pixel a line.
//
// Contract of every chart: create(host, options) -> { update(model), resize(), destroy() }.
// Two canvases lie on each other: lines and axes below, redrawn when the model changes; the
// crosshair above, redrawn when the pointer moves. A picture of many points is drawn into a third one,
// over some frames, and shown when it is whole, or as far as it has come when that takes long.

import { h } from '../lib/dom.js';
import { whenIdle } from '../lib/idle.js';
import { drawAxes } from './axes.js';
import { drawBands } from './bands.js';
import { drawCursors, hitsAt, reaches } from './cursors.js';
import { spread } from './frames.js';
import { listen } from './gestures.js';
import { drawLabels, roomFor } from './labels.js';
import { cleared, createLayers, linesOfLayer } from './layers.js';
import { MARGIN, layout, plotWidth } from './layout.js';
import { SMALL, strokes } from './lines.js';
import { boundaryAt, drawMarks } from './marks.js';
import { themeOf } from './theme.js';
import { floored, within } from './zoom.js';

/**
 * @typedef {import('./reduce.js').Numbers} Numbers
 *
 * @typedef {object} Line
 * @property {string} id of its run
 * @property {string} [key] of its run and tag, where a chart has several tags
 * @property {string} name
 * @property {string} [label] what is written at its end
 * @property {number} [place] its number among all lines that the chart may show
 * @property {string} color
 * @property {number[]} dash
 * @property {Numbers} x
 * @property {Numbers} y what is drawn, smoothed or not
 * @property {Numbers} raw what was logged; drawn faintly where it differs from y
 * @property {number} [notFinite] how many values are not, if that is known
 * @property {boolean} [reduced] not all of its points are here
 * @property {boolean} [alive] it grows
 * @property {boolean} [faint] it does not count, as one that was purged
 * @property {boolean} [behind] it is drawn faintly behind the others and told of by them, as a run behind its group
 * @property {import('./bands.js').Band} [band] what a group's runs spread over
 *
 * @typedef {object} Model
 * @property {Line[]} lines
 * @property {number} [places] how many lines there are, shown or not; as many as are shown if unsaid
 * @property {import('./ticks.js').Axis} axis
 * @property {boolean} log logarithmic y
 * @property {boolean} logX logarithmic x; the extent and the range are above 0
 * @property {[number, number] | null} extent of x of all lines; null if there is nothing
 * @property {[number, number] | null} range of x that is shown; null for all
 * @property {import('./limits.js').Limits} [limits] of y, where they are chosen
 * @property {boolean} [aside] the y axis leaves outliers out
 * @property {boolean} [extremes] lowest, highest and last are marked
 * @property {import('./marks.js').Boundary[]} [boundaries]
 * @property {number[]} [pins] x of the pinned cursors
 * @property {(value: number) => string} [format] of values that are written into the chart
 * @property {string | null} highlight id of the line to lift
 * @property {number | null} cursor x of the crosshair
 * @property {string | (() => string)} label what a screen reader says, or how to find it when there is time
 *
 * @typedef {import('./gestures.js').Options & { title: string, onWidth?: () => void, onDrawn?: () => void, isSeen?: () => boolean }} Options
 *   title: what a screen reader says until the model's label is there; onWidth: the plot has another
 *   width in pixels; onDrawn: all lines are drawn; isSeen: whether it is on the screen, where it is
 *   known: those are drawn first
 */

const WAITS = -1; // for its turn, not for a frame of its own
const PATIENCE = 25; // milliseconds that an old picture stays while the next is drawn
const APART = 200; // milliseconds between two looks at one that is being drawn: each costs as much as some lines
const ONLY_OVERLAY = new Set(['cursor', 'pins']);
// What changes when points come: the old picture stays until the next one is whole.
const GROWING = new Set(['lines', 'places', 'extent', 'label', 'boundaries', 'format', 'limits', ...ONLY_OVERLAY]);

/**
 * @param {HTMLElement} host
 * @param {Options} options
 */
export function create(host, options) {
  const base = h('canvas', { role: 'img', 'aria-label': options.title, tabIndex: 0, class: 'chart-canvas' });
  const overlay = h('canvas', { class: 'chart-overlay', 'aria-hidden': 'true', hidden: true });
  const brush = h('div', { class: 'chart-brush', hidden: true });
  const frame = h('div', { class: 'chart-frame' }, base, overlay, brush);
  host.append(frame);
  /** @type {Model | null} */
  let model = null;
  /** @type {import('./layout.js').View | null} */
  let view = null;
  /** @type {string[]} */
  let names = [];
  let margin = MARGIN.right;
  let pending = 0;
  /** @type {(() => void) | null} stops what is being drawn over some frames */
  let stopDrawing = null;
  /** @type {(() => void) | null} */
  let stopWaiting = null;
  /** @type {(() => void) | null} */
  let stopTelling = null;
  let calm = false; // whether the lines only grew or moved since the last picture
  let again = false;
  const layers = createLayers();

  const ratio = () => devicePixelRatio || 1;
  const pixels = () => plotWidth(frame.clientWidth, ratio(), margin);

  function draw() {
    pending = 0;
    if (!model || !frame.clientWidth) return;
    if (stopDrawing && calm) {
      again = true; // what is being drawn is shown first, or nothing would be while points come
      return;
    }
    stopDrawing?.();
    stopDrawing = null;
    view = layout(model, frame.clientWidth, frame.clientHeight, ratio(), margin);
    tell(model);
    const theme = themeOf(frame);
    layers.plan(strokes(model.lines, model.highlight, view.ratio, linesOfLayer(model.places ?? model.lines.length, view)), view, model.log);
    const picture = { model, view, theme, layers };
    if (layers.left() <= SMALL) finish(begun(base, picture), picture);
    else stopDrawing = drawInSteps(base, picture, calm ? Infinity : PATIENCE, options.isSeen?.() === false ? 'near' : 'seen', finish);
    calm = true;
    drawOverlay();
  }
  /** Says it, when there is time. @param {Model} of */
  function tell({ label }) {
    stopTelling?.();
    stopTelling = whenIdle(() => base.setAttribute('aria-label', typeof label === 'string' ? label : label()));
  }
  /** The rest of the lines, and what lies above them. @param {CanvasRenderingContext2D} context that has the axes @param {Picture} picture */
  function finish(context, picture) {
    layers.paint(context, Infinity);
    layers.compose(context);
    drawMarks(context, picture.model, picture.view, picture.theme);
    if (margin > MARGIN.right) drawLabels(context, picture.model, picture.view, picture.theme);
    stopDrawing = null;
    if (again) schedule();
    again = false;
    options.onDrawn?.();
  }
  function drawOverlay() {
    if (!model || !view) return;
    const { cursor, pins = [] } = model;
    const bare = cursor === null && !pins.length;
    overlay.hidden = bare; // a canvas that shows nothing costs as much as one that does
    if (bare) return;
    const hits = cursor === null ? [] : hitsAt(model.lines, view, cursor, NaN);
    const drawable = model.log ? hits.filter(({ line, i }) => line.y[i] > 0) : hits;
    drawCursors(cleared(overlay, view), view, themeOf(frame), { cursor, pins, hits: drawable });
  }
  /** Draws in the next frame, or in those behind it if nobody sees it. */
  function schedule() {
    if (pending) return;
    if (options.isSeen?.() === false) pending = requestAnimationFrame(() => (stopWaiting = spread(late)));
    else {
      pending = WAITS;
      stopWaiting = spread(late, 'now');
    }
  }
  function late() {
    draw();
    return true;
  }
  function fit() {
    const context = /** @type {CanvasRenderingContext2D} */ (overlay.getContext('2d'));
    context.font = `11px ${getComputedStyle(frame).fontFamily}`;
    const room = names.length ? roomFor(names, frame.clientWidth, frame.clientHeight, (text) => context.measureText(text).width) : 0;
    margin = Math.max(MARGIN.right, room);
  }
  let width = pixels();
  let size = '';
  function resized() {
    const next = `${frame.clientWidth} ${frame.clientHeight} ${ratio()}`;
    if (next === size) return;
    size = next;
    fit();
    schedule();
    if (pixels() === width) return;
    width = pixels();
    options.onWidth?.();
  }
  const observer = new ResizeObserver(resized);
  observer.observe(frame);
  const stop = listen(base, brush, () => {
    if (!model || !view) return null;
    return { view, all: model.extent ?? view.x.domain, axis: model.axis, logX: model.logX, cursor: model.cursor };
  }, {
    ...options,
    onZoom(range, values) {
      if (!model?.extent || !range) options.onZoom(null, values);
      else options.onZoom(within(floored(range, model.axis, model.logX), model.extent, model.logX), values);
    },
  });

  return {
    /** @param {Model} next */
    update(next) {
      const changed = model ? differences(model, next) : null;
      const count = model?.lines.length;
      model = next;
      if (changed && [...changed].every((key) => ONLY_OVERLAY.has(key)) && view) {
        if (changed.size) drawOverlay();
        return;
      }
      if (!changed || next.lines.length !== count || [...changed].some((key) => !GROWING.has(key))) calm = false;
      schedule();
    },
    /** Whose names are to stand at the ends of lines, where there is room. @param {string[]} of */
    names(of) {
      if (of.length === names.length && of.every((name, i) => name === names[i])) return;
      names = of;
      fit();
      if (pixels() === width) return;
      width = pixels();
      schedule();
      options.onWidth?.();
    },
    resize: schedule,
    /** Looks how large it is: sooner than the page tells. */
    measure: resized,
    /** The plot's width in device pixels; 0 while it is not on the page. */
    pixels,
    /** The picture, in device pixels, and whose names stand at the ends of its lines. */
    get picture() {
      return { canvas: base, theme: themeOf(frame), names, labelled: margin > MARGIN.right };
    },
    /** Whether the picture is that of the model. */
    get isDrawn() {
      return view !== null && !pending && !stopDrawing;
    },
    /** What was drawn last. */
    get view() {
      return view;
    },
    /** The lines at x, and how far each is from a height in the window. @param {number} x @param {number} clientY */
    hits: (x, clientY) => (model && view ? hitsAt(model.lines, view, x, clientY - frame.getBoundingClientRect().top) : []),
    /** The boundary close to x. @param {number} x */
    boundary: (x) => (model?.boundaries && view ? boundaryAt(model.boundaries, view, view.x.toPixel(x), 5) : null),
    /** @param {Line} line @param {number} i its point nearest to x @param {number} x */
    reaches: (line, i, x) => view !== null && reaches(view, line, i, x),
    focus: () => base.focus({ preventScroll: true }),
    destroy() {
      cancelAnimationFrame(pending);
      stopWaiting?.();
      stopTelling?.();
      stopDrawing?.();
      layers.destroy();
      observer.disconnect();
      stop();
      frame.remove();
    },
  };
}

/** @typedef {{ model: Model, view: import('./layout.js').View, theme: import('./theme.js').Theme, layers: ReturnType<typeof createLayers> }} Picture */

/** The canvas with nothing but axes. @param {HTMLCanvasElement} canvas @param {Picture} picture */
function begun(canvas, { model, view, theme }) {
  const context = cleared(canvas, view);
  drawAxes(context, model, view, theme);
  drawBands(context, model, view);
  return context;
}

/**
 * Draws a picture of many points over some frames.
 * @param {HTMLCanvasElement} base @param {Picture} picture @param {number} patience milliseconds @param {import('./frames.js').When} when
 * @param {(context: CanvasRenderingContext2D, picture: Picture) => void} finish
 * @returns {() => void} stops it
 */
function drawInSteps(base, picture, patience, when, finish) {
  const { layers, view } = picture;
  const buffer = h('canvas', null); // for lines that lie in no layer
  const context = cleared(buffer, view);
  let next = performance.now() + patience;
  const show = () => {
    const shown = begun(base, picture);
    shown.drawImage(buffer, 0, 0);
    layers.compose(shown);
    next = performance.now() + APART;
  };
  return spread((until) => {
    if (layers.paint(context, until)) {
      const shown = begun(base, picture);
      shown.drawImage(buffer, 0, 0);
      finish(shown, picture);
      return true;
    }
    if (performance.now() > next) show();
    return false;
  }, when);
}

/** In what two models differ. @param {Model} a @param {Model} b @returns {Set<string>} */
function differences(a, b) {
  const keys = /** @type {(keyof Model)[]} */ (Object.keys({ ...a, ...b }));
  return new Set(keys.filter((key) => a[key] !== b[key]));
}
