// From answers and settings to what is drawn: pure functions.

import { extent } from '../../charts/scales.js';
import { counted, formatDuration, formatStep, formatTime, formatValue } from '../../lib/format.js';
import { joined, toNumbers } from '../../lib/numbers.js';
import { smooth } from '../../lib/smooth.js';

/**
 * @typedef {{ steps: Float64Array, walls: Float64Array, values: Float64Array }} Columns
 * @typedef {{ tag: string, display_name: string, description: string, runs: string[] }} Tag
 * @typedef {{ smoothing: number, axis: import('../../charts/ticks.js').Axis, log: boolean }} Settings
 * @typedef {{ name: string, tags: Tag[] }} Group
 */

/**
 * Tags under the first part of their name, in the order they come; a group for each.
 * @param {Tag[]} tags
 * @param {RegExp} pattern
 * @returns {Group[]}
 */
export function groupTags(tags, pattern) {
  /** @type {Map<string, Tag[]>} */
  const groups = new Map();
  for (const tag of tags) {
    if (!pattern.test(tag.tag)) continue;
    const name = tag.tag.includes('/') ? tag.tag.slice(0, tag.tag.indexOf('/')) : '';
    groups.set(name, [...(groups.get(name) ?? []), tag]);
  }
  const found = [...groups].map(([name, members]) => ({ name, tags: members }));
  return [...found.filter(({ name }) => name === ''), ...found.filter(({ name }) => name !== '')];
}

/**
 * What is known of each run after one more answer.
 * @param {Map<string, Columns>} known
 * @param {{ series: { run: string, append: boolean, steps: any[], wall_times: any[], values: any[] }[] }} answer
 * @returns {Map<string, Columns>}
 */
export function merge(known, answer) {
  const next = new Map(known);
  for (const series of answer.series) {
    const fresh = {
      steps: toNumbers(series.steps), walls: toNumbers(series.wall_times), values: toNumbers(series.values),
    };
    const old = series.append ? known.get(series.run) : undefined;
    next.set(series.run, old ? {
      steps: joined(old.steps, fresh.steps),
      walls: joined(old.walls, fresh.walls),
      values: joined(old.values, fresh.values),
    } : fresh);
  }
  return next;
}

/**
 * The x column of a series on an axis. Relative time begins with the series' first finite time.
 * @param {Columns} columns
 * @param {import('../../charts/ticks.js').Axis} axis
 */
export function xColumn(columns, axis) {
  if (axis === 'step') return columns.steps;
  if (axis === 'wall') return columns.walls;
  const start = columns.walls.find(Number.isFinite) ?? 0;
  return columns.walls.map((wall) => wall - start);
}

/**
 * The lines of a card.
 * @param {Map<string, Columns>} known
 * @param {Iterable<string>} shown run ids
 * @param {Settings} settings
 * @param {(id: string) => { color: string, dash: number[] }} style
 */
export function lines(known, shown, settings, style) {
  const found = [];
  for (const id of shown) {
    const columns = known.get(id);
    if (!columns) continue;
    const raw = columns.values;
    const y = settings.smoothing > 0 ? smooth(raw, settings.smoothing) : raw;
    found.push({ id, ...style(id), x: xColumn(columns, settings.axis), y, raw, columns });
  }
  return found;
}

/**
 * How many values a card cannot draw as they are: not finite, and (on a logarithmic axis) <= 0.
 * @param {{ raw: Float64Array }[]} drawn
 * @param {boolean} log
 */
export function leftOut(drawn, log) {
  let nonFinite = 0;
  let notPositive = 0;
  for (const { raw } of drawn) {
    for (const value of raw) {
      if (!Number.isFinite(value)) nonFinite += 1;
      else if (log && value <= 0) notPositive += 1;
    }
  }
  return { nonFinite, notPositive };
}

/**
 * What a screen reader says of a card: tag, runs, and how each ends.
 * @param {string} tag
 * @param {{ id: string, raw: Float64Array, columns: Columns }[]} drawn
 */
export function describe(tag, drawn) {
  if (!drawn.length) return `${tag}: no run is shown`;
  const ends = drawn.slice(0, 5).map(({ id, raw, columns }) => {
    const last = raw.length - 1;
    return `${id === '.' ? 'log directory' : id} ends at ${formatValue(raw[last])} (step ${formatStep(columns.steps[last])}, ${counted(raw.length, 'point')})`;
  });
  const more = drawn.length > 5 ? `; and ${drawn.length - 5} more` : '';
  const heading = drawn.length > 1 ? `${tag}, ${counted(drawn.length, 'run')}` : tag;
  const range = extent(drawn.map(({ raw }) => raw));
  const span = range ? `; values from ${formatValue(range[0])} to ${formatValue(range[1])}` : '';
  return `${heading}: ${ends.join('; ')}${more}${span}`;
}

/**
 * The cells of a tooltip row: value (smoothed first if it is), step, time.
 * @param {{ y: Float64Array, raw: Float64Array, columns: Columns }} line
 * @param {number} i
 */
export function cells({ y, raw, columns }, i) {
  const start = columns.walls.find(Number.isFinite) ?? 0;
  const values = y === raw ? [formatValue(raw[i], 6)] : [formatValue(y[i], 6), formatValue(raw[i], 6)];
  return [...values, formatStep(columns.steps[i]), formatDuration(columns.walls[i] - start) || '0 s', formatTime(columns.walls[i])];
}

/**
 * The settings that the URL holds, or the usual ones.
 * @param {(key: string) => string | null} get
 * @returns {Settings}
 */
export function readSettings(get) {
  const smoothing = Number(get('smoothing') ?? 0);
  const axis = get('axis');
  return {
    smoothing: smoothing >= 0 && smoothing < 1 ? smoothing : 0,
    axis: axis === 'relative' || axis === 'wall' ? axis : 'step',
    log: get('y') === 'log',
  };
}
