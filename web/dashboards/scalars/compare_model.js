// What the comparison shows, from the URL and the server's answer: pure functions.

import { isUpward } from '../../lib/column_keys.js';
import { formatStep, formatValue } from '../../lib/format.js';
import { compare } from '../../lib/ordering.js';
import { listOf } from './tree.js';

/**
 * @typedef {'final' | 'best' | 'min' | 'max' | 'at'} Stat
 * @typedef {{ stat: Stat, step: number | null, baseline: string, tags: string[] | null, sort: string }} Choice of the URL; tags: null is the first ones
 * @typedef {{ id: string, label: string, members: readonly string[], differs: readonly string[] }} Subject a group, or a run
 *
 * @typedef {object} Columns of a tag, with a place for each subject
 * @property {string} tag
 * @property {string} stat
 * @property {number[]} runs
 * @property {number[]} n
 * @property {number[]} left_out
 * @property {(number | null)[]} mean
 * @property {(number | null)[]} low
 * @property {(number | null)[]} high
 * @property {(number | null)[]} first_step
 * @property {(number | null)[]} last_step
 * @property {(number | null)[]} difference
 * @property {(number | null)[]} difference_low
 * @property {(number | null)[]} difference_high
 * @property {(number | null)[]} freedom
 *
 * @typedef {object} Cell of a subject and a tag
 * @property {number | null} value
 * @property {string} mean
 * @property {string} interval "" for none
 * @property {string} n
 * @property {number} missing how many of its runs are not in the mean
 * @property {string} steps that the values are of
 * @property {string} difference
 * @property {string} beside the interval of the difference, "" for none
 * @property {boolean} sure whether 0 lies outside of it
 * @property {number} freedom
 */

/** @type {Stat[]} */
export const STATS = ['final', 'best', 'min', 'max', 'at'];
export const MOST_ROWS = 500;
const AT_FIRST = 2; // tags
const DIGITS = 4; // of a mean
const FEWER = 3; // of the ends of intervals, and of differences

/** What the URL asks for; null while nothing is compared. @param {(key: string) => string | null} get @returns {Choice | null} */
export function readCompare(get) {
  const stat = /** @type {Stat} */ (get('compare'));
  if (!STATS.includes(stat)) return null;
  const step = Number(get('compare_at') ?? NaN);
  return { stat, step: stat === 'at' && Number.isFinite(step) ? step : null, baseline: get('baseline') ?? '', tags: get('compare_tags') === null ? null : listOf(get('compare_tags')), sort: get('compare_sort') ?? '' };
}

/** The value that the server is asked for. @param {Stat} stat @param {string} tag */
export const statOf = (stat, tag) => (stat !== 'best' ? stat : isUpward(tag) ? 'max' : 'min');

/** The tags that are compared: those chosen, or the first ones where nobody chose, or none of them is in this log. @param {Choice} choice @param {readonly string[]} tags */
export function tagsOf({ tags: chosen }, tags) {
  const known = chosen?.filter((tag) => tags.includes(tag)) ?? [];
  return known.length || chosen?.length === 0 ? known : tags.slice(0, AT_FIRST);
}

/** @param {Columns} columns @param {number} row @returns {Cell} */
export function cellOf(columns, row) {
  const at = (/** @type {(number | null)[]} */ column) => column[row];
  const [difference, low, high] = [columns.difference, columns.difference_low, columns.difference_high].map(at);
  const [first, last] = [columns.first_step, columns.last_step].map(at);
  const n = columns.n[row];
  const missing = columns.left_out[row];
  return {
    value: at(columns.mean), mean: text(at(columns.mean)), interval: between(at(columns.low), at(columns.high), (end) => text(end, FEWER)), missing,
    n: missing ? `${formatStep(n)}/${formatStep(n + missing)}` : formatStep(n),
    steps: first === null || last === null ? '' : first === last ? formatStep(first) : `${formatStep(first)}–${formatStep(last)}`,
    difference: signed(difference), beside: between(low, high, signed), sure: low !== null && high !== null && (low > 0 || high < 0),
    freedom: at(columns.freedom) ?? 0,
  };
}

/** @param {number | null} value @param {number} [digits] */
const text = (value, digits = DIGITS) => (value === null ? '–' : formatValue(value, digits));

/** @param {number | null} value */
function signed(value) {
  if (value === null) return '';
  return value > 0 ? `+${formatValue(value, FEWER)}` : formatValue(value, FEWER);
}

/** @param {number | null} low @param {number | null} high @param {(value: number | null) => string} write */
const between = (low, high, write) => (low === null || high === null ? '' : `${write(low)} … ${write(high)}`);

/**
 * The rows in their order. sort: "" as they come, "loss" from the lowest, "-loss" from the highest on.
 * @param {readonly Columns[]} tags @param {number} count of rows @param {string} sort
 */
export function orderOf(tags, count, sort) {
  const rows = Array.from({ length: count }, (_, row) => row);
  const descending = sort.startsWith('-') && !tags.some(({ tag }) => tag === sort);
  const columns = tags.find(({ tag }) => tag === (descending ? sort.slice(1) : sort));
  if (!columns) return rows;
  return rows.sort((a, b) => compare(columns.mean[a], columns.mean[b], descending ? -1 : 1) || a - b);
}

/** The next order after a click on a tag. @param {string} sort @param {string} tag */
export function nextSort(sort, tag) {
  if (sort === tag) return `-${tag}`;
  return sort === `-${tag}` ? '' : tag;
}

/**
 * The hyper-parameters in which two runs differ.
 * @template R
 * @param {readonly string[]} names @param {(run: R, name: string) => import('../../lib/ordering.js').Value} valueOf @param {R} a @param {R} b
 */
export function differingParams(names, valueOf, a, b) {
  const told = names.map((name) => ({ name, values: [valueOf(a, name) ?? null, valueOf(b, name) ?? null] })).filter(({ values }) => values.some((value) => value !== null));
  const differ = told.filter(({ values: [x, y] }) => !Object.is(x, y));
  return { differ, same: told.length - differ.length };
}
