// The runs: which there are, which are shown, and how each is drawn. A run keeps its style while
// others come and go, and has the same one in every chart.

import { signal } from '../lib/signal.js';

// In an order in which any first few are told apart as thin lines, by the colour-blind too.
const LIGHT = ['#0072b2', '#d55e00', '#52a385', '#b81470', '#a37aff', '#5c5200', '#330099', '#660a1f',
  '#d600c2', '#7000ff', '#5c0066', '#663d99'];
const DARK = ['#56b4e9', '#e69f00', '#f51f7a', '#5cffa3', '#ad52ff', '#f5ccff', '#7ac285', '#8f7aad',
  '#5c8f00', '#ebeb00', '#ff7acc', '#8f8fff'];
// Characters of run ids in a URL.
const LONGEST_LIST = 2000;
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4]];

/** @typedef {{ id: string, name: string, first_wall_time: number | string | null }} Run */

/**
 * @param {import('./state.js').State} state
 * @param {import('../lib/signal.js').Signal<'light' | 'dark'>} theme
 */
export function createRuns(state, theme) {
  const list = signal(/** @type {Run[]} */ ([]));
  let ids = /** @type {string[]} */ ([]);
  let cursor = '';
  /** @type {Map<string, number>} */
  const order = new Map();
  const shown = signal(/** @type {Set<string>} */ (new Set()));

  function resolve() {
    const hidden = new Set(JSON.parse(state.get('hidden') ?? '[]'));
    const only = state.get('only');
    const kept = only === null ? null : new Set(JSON.parse(only));
    const next = list.value.map((run) => run.id).filter((id) => (kept ? kept.has(id) : !hidden.has(id)));
    if (next.length !== shown.value.size || next.some((id) => !shown.value.has(id))) {
      shown.value = new Set(next);
    }
  }
  state.subscribe(resolve);

  return {
    list,
    shown,
    /** The ids in the order of the list; a move tells their numbers. */
    get ids() {
      return ids;
    },
    /** As of which cursor the list is known. */
    get cursor() {
      return cursor;
    },
    /** @param {Run[]} runs @param {string} [asOf] cursor */
    set(runs, asOf = '') {
      cursor = asOf;
      ids = runs.map((run) => run.id);
      for (const run of runs) if (!order.has(run.id)) order.set(run.id, order.size);
      list.value = runs;
      resolve();
    },
    /** Shows exactly these runs. Whichever list is shorter goes into the URL. @param {Set<string>} ids */
    show(ids) {
      const hidden = list.value.filter((run) => !ids.has(run.id)).map((run) => run.id);
      const few = hidden.length <= ids.size;
      state.set('only', few ? null : JSON.stringify([...ids]));
      state.set('hidden', few && hidden.length ? JSON.stringify(hidden) : null);
      resolve();
    },
    /** The runs to load first, where only some are shown: as many as a URL takes. */
    watched() {
      if (shown.value.size === list.value.length) return undefined;
      let length = 0;
      return [...shown.value].filter((id) => (length += id.length + 5) < LONGEST_LIST);
    },
    /** @param {string} id @returns {{ color: string, dash: number[] }} */
    style(id) {
      const palette = theme.value === 'dark' ? DARK : LIGHT;
      const n = order.get(id) ?? 0;
      return {
        color: palette[n % palette.length],
        dash: DASHES[Math.floor(n / palette.length) % DASHES.length],
      };
    },
  };
}

/** @typedef {ReturnType<typeof createRuns>} Runs */
