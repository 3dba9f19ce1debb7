// Which runs are selected, as the URL says it: pure functions.
//
// Nothing said is the usual beginning: all runs, or of very many the newest. The URL holds the shorter of
// the two lists, of those that are selected or of those that are not, so that runs which come later are
// selected where most are.

import { STYLES } from './colours.js';

/**
 * @typedef {{ id: string, first_wall_time: number | string | null }} Run
 * @typedef {{ only: string | null, hidden: string | null, all: string | null }} Written
 */

// Up to here every run is selected at first, as people know it of TensorBoard; charts of more are one blot.
export const MOST_AT_FIRST = 500;
// Of more than that, so many: those that differ in colour or dash.
export const FEW = STYLES;

/**
 * The ids of the newest runs, in no order; runs of which nothing was read yet count as oldest.
 * @param {readonly Run[]} runs @param {number} count
 */
export function newest(runs, count) {
  const time = (/** @type {Run} */ run) => (typeof run.first_wall_time === 'number' ? run.first_wall_time : -Infinity);
  return new Set([...runs].sort((a, b) => time(b) - time(a) || 0).slice(0, count).map(({ id }) => id));
}

/**
 * The selected runs of a list.
 * @param {readonly Run[]} list
 * @param {Written} written
 * @param {Set<string> | null} beginning what is selected where nothing is said; null for all
 */
export function selectedOf(list, { only, hidden, all }, beginning) {
  const ids = list.map(({ id }) => id);
  const kept = only !== null ? namesIn(only) : hidden === null && all === null ? beginning : null;
  const left = hidden === null || only !== null ? null : namesIn(hidden);
  return new Set(ids.filter((id) => (kept ? kept.has(id) : !left?.has(id))));
}

/**
 * How a selection is written.
 * @param {readonly Run[]} list
 * @param {Set<string>} ids
 * @param {Set<string> | null} beginning
 * @returns {Written}
 */
export function writtenOf(list, ids, beginning) {
  const hidden = list.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
  if (!hidden.length) return { only: null, hidden: null, all: beginning ? 'all' : null };
  if (hidden.length <= ids.size) return { only: null, hidden: JSON.stringify(hidden), all: null };
  return { only: JSON.stringify([...ids]), hidden: null, all: null };
}

/** @param {string} text a JSON list; one that cannot be read, of a link that was cut, names nothing */
function namesIn(text) {
  try {
    return new Set(/** @type {string[]} */ (JSON.parse(text)));
  } catch {
    return new Set(/** @type {string[]} */ ([]));
  }
}
