// The runs: which there are, which are shown, and how each is drawn. A run keeps its style while
// others come and go, and has the same one in every chart.

import { styleOf } from '../lib/colours.js';
import { createMemory, createNumbering } from '../lib/numbering.js';
import { signal } from '../lib/signal.js';

// Characters of run ids in a URL.
const LONGEST_LIST = 2000;

/** @typedef {{ id: string, name: string, first_wall_time: number | string | null }} Run */

/**
 * @param {import('./state.js').State} state
 * @param {import('../lib/signal.js').Signal<'light' | 'dark'>} theme
 * @param {import('../lib/signal.js').Signal<import('./types.js').Status>} status
 * @param {Pick<Storage, 'getItem' | 'setItem'>} storage where the runs' numbers are remembered
 */
export function createRuns(state, theme, status, storage) {
  const list = signal(/** @type {Run[]} */ ([]));
  let ids = /** @type {string[]} */ ([]);
  let cursor = '';
  const numbering = createNumbering(createMemory(storage, () => status.value.logdir));
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

  const isWhole = () => status.value.phase === 'ready';
  let phase = '';
  status.subscribe((next) => {
    if (next.phase === phase) return;
    phase = next.phase;
    numbering.update(list.value, isWhole());
  });

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
      numbering.update(runs, isWhole());
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
    /** @param {string} id @returns {import('../lib/colours.js').Style} */
    style: (id) => styleOf(numbering.of(id), theme.value),
  };
}

/** @typedef {ReturnType<typeof createRuns>} Runs */
