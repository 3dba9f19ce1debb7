// Pointer, wheel and keys in a chart.
//
//   move            crosshair
//   drag            zoom to a range of x; with Alt to a box; with Shift the view moves
//   wheel           zoom about the pointer: with Ctrl or Cmd, or when the chart has the focus, so that
//                   the page scrolls as ever
//   click           pins a cursor, or takes one away
//   double click    everything again
//   a finger        along x moves the view, along y scrolls the page; two fingers zoom
//   + − 0 ← →       zoom about the crosshair, everything, move the crosshair (Ctrl: the view)

import { moved, zoomed } from './zoom.js';

/**
 * @typedef {import('./layout.js').View} View
 * @typedef {[number, number]} Pair
 *
 * @typedef {object} Options
 * @property {(x: number | null, event?: PointerEvent) => void} onCursor
 * @property {(range: Pair | null, values?: Pair) => void} onZoom null: everything; values: of y, where they were chosen too
 * @property {(direction: number) => void} onStep arrow keys: move the cursor by so many points
 * @property {(x: number, reach: number) => void} [onPin] a click; reach: how far from x another is the same
 * @property {(key: string) => boolean} [onKey] another key; whether it meant something
 *
 * @typedef {{ view: View, all: Pair, axis: import('./ticks.js').Axis, logX: boolean, cursor: number | null }} Seen
 */

const LEAST_DRAG = 4; // CSS pixels
const WHEEL = 0.0022; // of a zoom, for each pixel that a wheel turns
const KEY_ZOOM = 1.6;
const KEY_MOVE = 0.2;
const REACH = 6; // CSS pixels
const LEAST_SPREAD = 24; // CSS pixels between two fingers

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} brush
 * @param {() => Seen | null} look
 * @param {Options} options
 * @returns {() => void} removes the listeners
 */
export function listen(canvas, brush, look, options) {
  const controller = new AbortController();
  const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ listener) => canvas.addEventListener(type, listener, { signal: controller.signal, passive: false });
  drags(canvas, brush, look, options, on);
  on('wheel', (/** @type {WheelEvent} */ event) => {
    const seen = look();
    if (!seen || !(event.ctrlKey || event.metaKey || document.activeElement === canvas)) return;
    event.preventDefault();
    const { view, all, axis, logX } = seen;
    const lines = event.deltaMode === 1 ? 33 : 1;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      options.onZoom(moved(view.x.domain, ((event.deltaX || event.deltaY) * lines) / (view.right - view.left), all, logX));
      return;
    }
    const at = view.x.toValue(placeOf(event, canvas, view).x);
    options.onZoom(zoomed(view.x.domain, at, Math.exp(-event.deltaY * lines * WHEEL), all, axis, logX));
  });
  on('dblclick', () => options.onZoom(null));
  on('blur', () => options.onCursor(null));
  on('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.altKey || !pressed(event, look(), options)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  return () => controller.abort();
}

/** @param {KeyboardEvent} event @param {Seen | null} seen @param {Options} options */
function pressed(event, seen, options) {
  if (!seen) return false;
  const { view, all, axis, logX } = seen;
  const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (direction) {
    if (event.ctrlKey || event.metaKey) options.onZoom(moved(view.x.domain, direction * KEY_MOVE, all, logX));
    else options.onStep(direction * (event.shiftKey ? 10 : 1));
    return true;
  }
  if (event.ctrlKey || event.metaKey) return false;
  const factor = { '+': KEY_ZOOM, '=': KEY_ZOOM, '-': 1 / KEY_ZOOM }[event.key];
  if (factor) {
    const middle = view.x.toValue((view.left + view.right) / 2);
    options.onZoom(zoomed(view.x.domain, seen.cursor ?? middle, factor, all, axis, logX));
    return true;
  }
  if (event.key === '0') {
    options.onZoom(null);
    return true;
  }
  return options.onKey?.(event.key) ?? false;
}

/** A place in the plot, in CSS pixels. @param {MouseEvent} event @param {HTMLElement} canvas @param {View} view */
function placeOf(event, canvas, view) {
  const box = canvas.getBoundingClientRect();
  return {
    x: Math.min(Math.max(event.clientX - box.left, view.left), view.right),
    y: Math.min(Math.max(event.clientY - box.top, view.top), view.bottom),
  };
}

/**
 * @param {HTMLCanvasElement} canvas @param {HTMLElement} brush @param {() => Seen | null} look @param {Options} options
 * @param {(type: string, listener: (event: any) => void) => void} on
 */
function drags(canvas, brush, look, options, on) {
  /** @type {{ x: number, y: number, domain: Pair, kind: 'range' | 'box' | 'move' } | null} */
  let start = null;
  let far = false;
  const fingers = createFingers(canvas, look, options);
  on('pointerdown', (/** @type {PointerEvent} */ event) => {
    const seen = look();
    if (event.button !== 0 || !seen) return;
    if (fingers.down(event)) {
      start = null;
      far = true;
      return;
    }
    const kind = event.shiftKey || event.pointerType === 'touch' ? 'move' : event.altKey ? 'box' : 'range';
    start = { ...placeOf(event, canvas, seen.view), domain: seen.view.x.domain, kind };
    far = false;
    canvas.setPointerCapture(event.pointerId);
  });
  on('pointermove', (/** @type {PointerEvent} */ event) => {
    const seen = look();
    if (!seen || fingers.move(event)) return;
    const at = placeOf(event, canvas, seen.view);
    if (start && (Math.abs(at.x - start.x) >= LEAST_DRAG || (start.kind === 'box' && Math.abs(at.y - start.y) >= LEAST_DRAG))) far = true;
    if (start && far && start.kind === 'move') {
      options.onZoom(moved(start.domain, (start.x - at.x) / (seen.view.right - seen.view.left), seen.all, seen.logX));
    } else if (start && far) show(brush, start, at, seen.view);
    options.onCursor(seen.view.x.toValue(at.x), start && far ? undefined : event);
  });
  on('pointerup', (/** @type {PointerEvent} */ event) => {
    const seen = look();
    const from = start;
    start = null;
    brush.hidden = true;
    fingers.up(event);
    if (!seen || !from) return;
    const at = placeOf(event, canvas, seen.view);
    if (!far) options.onPin?.(seen.view.x.toValue(at.x), Math.abs(seen.view.x.toValue(at.x + REACH) - seen.view.x.toValue(at.x)));
    else if (from.kind !== 'move') options.onZoom(pair(seen.view.x, from.x, at.x), from.kind === 'box' ? pair(seen.view.y, from.y, at.y) : undefined);
  });
  on('pointercancel', (/** @type {PointerEvent} */ event) => {
    fingers.up(event);
    start = null;
    brush.hidden = true;
  });
  on('pointerleave', () => options.onCursor(null));
}

/**
 * Two fingers: what lies under each of them stays there.
 * @param {HTMLCanvasElement} canvas @param {() => Seen | null} look @param {Options} options
 */
function createFingers(canvas, look, options) {
  /** @type {Map<number, number>} of each finger the x in pixels */
  const places = new Map();
  return {
    /** Whether there are two now. @param {PointerEvent} event */
    down(event) {
      const seen = look();
      if (event.pointerType !== 'touch' || !seen) return false;
      places.set(event.pointerId, placeOf(event, canvas, seen.view).x);
      return places.size > 1;
    },
    /** Whether they zoom. @param {PointerEvent} event */
    move(event) {
      const seen = look();
      const before = places.get(event.pointerId);
      if (!seen || before === undefined) return false;
      const now = placeOf(event, canvas, seen.view).x;
      places.set(event.pointerId, now);
      const other = [...places].find(([finger]) => finger !== event.pointerId)?.[1];
      if (other === undefined) return false;
      const { x } = seen.view;
      const factor = Math.max(LEAST_SPREAD, Math.abs(now - other)) / Math.max(LEAST_SPREAD, Math.abs(before - other));
      options.onZoom(zoomed(x.domain, x.toValue(other), factor, seen.all, seen.axis, seen.logX));
      return true;
    },
    /** @param {PointerEvent} event */
    up(event) {
      places.delete(event.pointerId);
    },
  };
}

/** @param {import('./scales.js').Scale} scale @param {number} a @param {number} b pixels @returns {Pair} */
function pair(scale, a, b) {
  const [low, high] = [scale.toValue(a), scale.toValue(b)].sort((one, other) => one - other);
  return [low, high];
}

/** @param {HTMLElement} brush @param {{ x: number, y: number, kind: string }} start @param {{ x: number, y: number }} at @param {View} view */
function show(brush, start, at, view) {
  brush.hidden = false;
  const box = start.kind === 'box';
  const [top, bottom] = box ? [Math.min(at.y, start.y), Math.max(at.y, start.y)] : [view.top, view.bottom];
  Object.assign(brush.style, {
    left: `${Math.min(at.x, start.x)}px`, width: `${Math.abs(at.x - start.x)}px`, top: `${top}px`, height: `${bottom - top}px`,
  });
}
