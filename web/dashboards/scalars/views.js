// What is looked at in each card: the part of its axes, and the pinned cursors. It belongs to the
// page's state and goes into the URL, a moment after it has come to rest.

import { tidy } from '../../charts/zoom.js';

/**
 * @typedef {[number, number]} Pair
 *
 * @typedef {object} View
 * @property {Pair | null} x null for everything
 * @property {import('../../charts/limits.js').Limits} y
 * @property {number[]} pins x of at most two
 */

const KEY = 'views';
const REST = 300; // milliseconds
/** @type {View} */
export const EVERYTHING = { x: null, y: [null, null], pins: [] };
export const ALL = ''; // the card whose x is that of all, where zooming is linked

/**
 * @param {Pick<import('../../app/state.js').State, 'get' | 'set' | 'onArrival'>} state
 */
export function createViews(state) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  let text = state.get(KEY) ?? '';
  let views = parse(text);
  let resting = 0;

  function write() {
    text = format(views);
    state.set(KEY, text || null);
  }
  /** Another URL was gone to: what has not been written is gone. */
  const stop = state.onArrival(() => {
    const now = state.get(KEY) ?? '';
    clearTimeout(resting);
    if (now === format(views)) return;
    text = now;
    views = parse(now);
    listeners.forEach((listener) => listener());
  });
  return {
    /**
     * @param {string} card
     * @param {string} axis what its x is; a part of another axis is none of this one
     * @returns {View}
     */
    get(card, axis) {
      const known = views.get(card);
      if (!known) return EVERYTHING;
      return known.axis === axis ? known.view : { ...EVERYTHING, y: known.view.y };
    },
    /** @param {string} card @param {string} axis @param {Partial<View>} change */
    set(card, axis, change) {
      views.set(card, { axis, view: { ...this.get(card, axis), ...change } });
      clearTimeout(resting);
      resting = setTimeout(write, REST);
    },
    /** Tells when the URL brings other views. @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    destroy() {
      clearTimeout(resting);
      stop();
    },
  };
}

/** @typedef {ReturnType<typeof createViews>} Views */

/**
 * @param {string} text
 * @returns {Map<string, { axis: string, view: View }>}
 */
export function parse(text) {
  /** @type {Map<string, { axis: string, view: View }>} */
  const found = new Map();
  let told = /** @type {unknown} */ (null);
  try {
    told = JSON.parse(text || '{}');
  } catch {
    return found; // a link that was cut: what is looked at is everything
  }
  for (const [card, each] of Object.entries(/** @type {Record<string, any>} */ (told ?? {}))) {
    const { on, x, y, pins } = each ?? {};
    found.set(card, {
      axis: typeof on === 'string' ? on : 'step',
      view: { x: isPair(x) ? x : null, y: Array.isArray(y) && y.length === 2 ? [end(y[0]), end(y[1])] : [null, null], pins: Array.isArray(pins) ? pins.filter(Number.isFinite).slice(0, 2) : [] },
    });
  }
  return found;
}

/** @param {any} x @returns {x is Pair} */
function isPair(x) {
  return Array.isArray(x) && x.length === 2 && x.every(Number.isFinite) && x[0] < x[1];
}

/** @param {any} value */
function end(value) {
  return Number.isFinite(value) ? /** @type {number} */ (value) : null;
}

/** @param {Map<string, { axis: string, view: View }>} views */
export function format(views) {
  const told = [...views].flatMap(([card, { axis, view: { x, y, pins } }]) => {
    const about = {
      ...(x && { x: tidy(x) }), ...((y[0] !== null || y[1] !== null) && { y }), ...(pins.length && { pins }),
    };
    if (!Object.keys(about).length) return [];
    return [[card, { ...about, ...(axis !== 'step' && { on: axis }) }]];
  });
  return told.length ? JSON.stringify(Object.fromEntries(told)) : '';
}
