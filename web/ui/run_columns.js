// The columns of the run table: what they are called, how their values are written, which are shown.
// Pure functions.

import { partsOf } from '../lib/column_keys.js';
import { formatDuration, formatStep, formatTime, formatValue } from '../lib/format.js';
import { say } from '../lib/say.js';

/**
 * @typedef {import('../lib/ordering.js').Value} Value
 * @typedef {{ key: string, title: string, about: string, width: number, narrow: number, text: (value: Value) => string }} Column
 */

/** @type {Record<string, string>} */
const STATUS = { running: say('status.running'), stopped: say('status.stopped'), diverged: say('status.diverged') };
/** @type {Record<string, Omit<Column, 'key'>>} */
const FIXED = {
  name: { title: say('column.name'), about: say('column.name.about'), width: 150, narrow: 130, text: String },
  status: { title: say('column.status'), about: say('column.status.about'), width: 84, narrow: 72, text: (value) => STATUS[String(value)] ?? String(value) },
  start: { title: say('column.start'), about: say('column.start.about'), width: 132, narrow: 124, text: (value) => formatTime(Number(value)).slice(0, 16) },
  duration: { title: say('column.duration'), about: say('column.duration.about'), width: 84, narrow: 66, text: (value) => formatDuration(Number(value)) || say('unit.s', { n: 0 }) },
  points: { title: say('column.points'), about: say('column.points.about'), width: 80, narrow: 62, text: (value) => formatStep(Number(value)) },
  nan_step: { title: say('column.nan'), about: say('column.nan.about'), width: 84, narrow: 66, text: (value) => formatStep(Number(value)) },
};
/** @type {Record<string, string>} */
const STATS = { last: say('stat.last'), best: say('stat.best'), best_min: say('stat.best_min'), best_max: say('stat.best_max'), min: say('stat.min'), max: say('stat.max') };
const PARAM = { width: 84, narrow: 64 }; // pixels, in the wide table and beside the charts
const METRIC = { width: 150, narrow: 78 };

/** About every run. */
export const ABOUT = Object.keys(FIXED).filter((key) => key !== 'name');

/** @param {string} key @returns {Column} */
export function columnOf(key) {
  if (key in FIXED) return { key, ...FIXED[key] };
  const { kind, name } = partsOf(key);
  if (kind === 'param') return { key, title: name, about: say('column.param.about', { name }), ...PARAM, text: plain };
  return { key, title: `${name} · ${STATS[kind] ?? kind}`, about: say('column.stat.about', { stat: STATS[kind] ?? kind, tag: name }), ...METRIC, text: plain };
}

/** @param {Value} value */
function plain(value) {
  return typeof value === 'number' ? formatValue(value, 6) : String(value);
}

/** A value as it stands in the table; nothing where there is none. @param {Column} column @param {Value} value */
export function cellText(column, value) {
  return value === null || value === undefined ? '' : column.text(value);
}

const MOST_PARAMS = 6;

/**
 * The columns that a wide table begins with: what the runs differ in, and what is known of each.
 * @param {readonly { name: string, values: number }[]} params hyper-parameters, and how many values each has
 */
export function usualColumns(params) {
  const differing = params.filter(({ values }) => values > 1).slice(0, MOST_PARAMS);
  return [...differing.map(({ name }) => `param:${name}`), 'status', 'start', 'duration', 'points'];
}

/**
 * Those columns, narrow, for which there is room beside the name.
 * @param {readonly Column[]} columns @param {number} width pixels @param {number} name pixels that the name keeps
 */
export function fitting(columns, width, name) {
  let room = width - name;
  const found = [];
  for (const column of columns) {
    room -= column.narrow;
    if (room < 0) break;
    found.push({ ...column, width: column.narrow });
  }
  return found;
}

/** The columns in the URL; null if none were chosen. @param {string | null} text @returns {string[] | null} */
export function columnsIn(text) {
  if (text === null) return null;
  try {
    const found = JSON.parse(text);
    return Array.isArray(found) ? found.filter((key) => typeof key === 'string' && (key in FIXED || key.indexOf(':') > 0)) : null;
  } catch {
    return null; // a link that was cut
  }
}

/** How the URL says the order: "-param:lr" from the highest on. @param {string | null} text */
export function sortIn(text) {
  if (!text) return null;
  const descending = text.startsWith('-');
  return { key: descending ? text.slice(1) : text, descending };
}

/** The next order after a click on a column: up, down, none. @param {string | null} text @param {string} key */
export function nextSort(text, key) {
  if (text === key) return `-${key}`;
  return text === `-${key}` ? null : key;
}
