// From answers and settings to what is drawn: pure functions.

import { extent } from '../../charts/scales.js';
import { counted, formatDuration, formatStep, formatTime, formatValue } from '../../lib/format.js';
import { joined, toNumbers } from '../../lib/numbers.js';
import { smooth } from '../../lib/smooth.js';
import { partsOf } from './parts.js';

/**
 * @typedef {{ steps: Float64Array, walls: Float64Array, values: Float64Array }} Columns
 * @typedef {{ tag: string, display_name: string, description: string, runs: string[] }} Tag
 * @typedef {import('./parts.js').Part} Part
 * @typedef {Columns & { segment: string, purged: boolean }} Curve
 * @typedef {{ series: { run: string, segment: string, purged: boolean, append: boolean, steps: any[], wall_times: any[], values: any[] }[] }} Answer
 * @typedef {{ smoothing: number, axis: import('../../charts/ticks.js').Axis, log: boolean, newest: boolean, purged: boolean }} Settings
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
 * What is known of each run after one more answer, which tells everything of the runs asked for.
 * @param {Map<string, Curve[]>} known
 * @param {Answer} answer
 * @param {Iterable<string>} asked run ids
 * @returns {Map<string, Curve[]>}
 */
export function merge(known, answer, asked) {
  const next = new Map(known);
  for (const run of asked) next.delete(run);
  const wanted = new Set(asked);
  for (const fresh of answer.series) {
    if (!wanted.has(fresh.run)) continue;
    const old = fresh.append
      ? known.get(fresh.run)?.find(({ segment, purged }) => segment === fresh.segment && purged === fresh.purged) : undefined;
    next.set(fresh.run, [...(next.get(fresh.run) ?? []), grown(old, fresh)]);
  }
  return next;
}

/** @param {Curve | undefined} old @param {Answer['series'][0]} fresh @returns {Curve} */
function grown(old, fresh) {
  if (old && fresh.steps.length === 0) return old;
  const { segment, purged } = fresh;
  const columns = { steps: toNumbers(fresh.steps), walls: toNumbers(fresh.wall_times), values: toNumbers(fresh.values) };
  return old ? {
    segment,
    purged,
    steps: joined(old.steps, columns.steps),
    walls: joined(old.walls, columns.walls),
    values: joined(old.values, columns.values),
  } : { segment, purged, ...columns };
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
 * The lines of a card: one for each part of a run.
 * @param {Map<string, Curve[]>} known
 * @param {Iterable<string>} shown run ids
 * @param {Settings} settings
 * @param {(id: string) => { color: string, dash: number[] }} style
 */
export function lines(known, shown, settings, style) {
  /** @type {(ReturnType<typeof style> & { id: string, name: string, x: Float64Array, y: Float64Array, raw: Float64Array, columns: Part })[]} */
  const found = [];
  for (const id of shown) {
    const parts = partsOf(known.get(id) ?? [], settings);
    parts.forEach((columns, part) => {
      const raw = columns.values;
      const y = settings.smoothing > 0 ? smooth(raw, settings.smoothing) : raw;
      const name = nameOf(id, part, parts);
      const look = style(id);
      const dash = columns.purged ? PURGED_DASH : look.dash;
      found.push({ id, name, color: look.color, dash, x: xColumn(columns, settings.axis), y, raw, columns });
    });
  }
  return found;
}

const PURGED_DASH = [1, 3];

/** @param {string} id @param {number} part @param {Part[]} parts */
function nameOf(id, part, parts) {
  const run = id === '.' ? 'log directory' : id;
  if (parts[part].purged) return `${run} · purged`;
  return parts.length > 1 ? `${run} · part ${part + 1} of ${parts.length}` : run;
}

/**
 * How many values a card does not show because of its settings: purged ones, and on "newest only"
 * those whose steps a later part has too.
 * @param {Map<string, Curve[]>} known
 * @param {Iterable<string>} shown run ids
 * @param {Settings} settings
 */
export function hidden(known, shown, settings) {
  let purged = 0;
  let covered = 0;
  for (const id of shown) {
    const curves = known.get(id) ?? [];
    let all = 0;
    for (const curve of curves) {
      if (curve.purged && !settings.purged) purged += curve.values.length;
      else all += curve.values.length;
    }
    if (settings.newest) covered += all - partsOf(curves, settings).reduce((sum, part) => sum + part.values.length, 0);
  }
  return { purged, covered };
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
 * @param {{ id: string, name: string, raw: Float64Array, columns: Columns }[]} drawn
 */
export function describe(tag, drawn) {
  if (!drawn.length) return `${tag}: no run is shown`;
  const ends = drawn.slice(0, 5).map(({ name, raw, columns }) => {
    const last = raw.length - 1;
    return `${name} ends at ${formatValue(raw[last])} (step ${formatStep(columns.steps[last])}, ${counted(raw.length, 'point')})`;
  });
  const more = drawn.length > 5 ? `; and ${drawn.length - 5} more` : '';
  const runs = new Set(drawn.map(({ id }) => id)).size;
  const heading = drawn.length > 1 ? `${tag}, ${counted(runs, 'run')}` : tag;
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
    newest: get('parts') === 'newest',
    purged: get('purged') === 'shown',
  };
}
