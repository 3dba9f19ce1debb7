// From answers and settings to what is drawn: pure functions.

import { extent } from '../../charts/scales.js';
import { counted, formatDuration, formatStep, formatTime, formatValue } from '../../lib/format.js';
import { smooth } from '../../lib/smooth.js';
import { isWhole, smoothingOf, xColumn } from './curves.js';

/**
 * @typedef {import('../../lib/columns.js').Numbers} Numbers
 * @typedef {import('./curves.js').Curve} Curve
 * @typedef {import('./curves.js').Known} Known
 * @typedef {{ tag: string, display_name: string, description: string, runs: string[] }} Tag
 * @typedef {{ smoothing: number, smoother: import('../../lib/smooth.js').Smoother, axis: import('../../charts/ticks.js').Axis, log: boolean, logX: boolean, newest: boolean, purged: boolean }} Settings
 */

const TAG_DASHES = [[], [7, 3], [2, 2], [10, 3, 2, 3], [4, 2], [14, 4], [2, 4], [7, 2, 2, 2, 2, 2]];

/**
 * How the lines of each tag of a card look, beside the colour of their run: a card of several tags has
 * a dash for each, and its lines name the tag.
 * @param {Tag[]} tags
 * @returns {({ tag: string, dash: number[] } | null)[]}
 */
export function looksOf(tags) {
  if (tags.length < 2) return tags.map(() => null);
  return tags.map((tag, i) => ({ tag: tag.display_name || tag.tag, dash: TAG_DASHES[i % TAG_DASHES.length] }));
}

/**
 * The lines of a card: one for each part of a run. Smoothed values are the server's, which knows all
 * points; where all are here, or the server has not answered yet, they are computed from those.
 * @param {Map<string, Known>} known
 * @param {Iterable<string>} shown run ids
 * @param {Settings} settings
 * @param {(id: string) => { color: string, dash: number[] }} style
 * @param {{ tag: string, dash: number[] } | null} [look] of a card with several tags: `looksOf`
 */
export function lines(known, shown, settings, style, look = null) {
  /** @type {(ReturnType<typeof style> & { key: string, id: string, name: string, x: Numbers, y: Numbers, raw: Numbers, curve: Curve })[]} */
  const found = [];
  for (const id of shown) {
    const curves = visible(known.get(id), settings);
    curves.forEach((curve, part) => {
      const own = style(id);
      const dash = curve.purged ? PURGED_DASH : (look ?? own).dash;
      const name = nameOf(id, part, curves);
      found.push({
        key: look ? `${look.tag} ${id}` : id, id, name: look ? `${look.tag} · ${name}` : name, color: own.color, dash,
        x: xOf(curve, settings.axis), y: smoothed(curve, smoothingOf(settings), settings), raw: curve.values, curve,
      });
    });
  }
  return found;
}

/** @param {Known | undefined} run @param {Settings} settings */
function visible(run, settings) {
  return (run?.curves ?? []).filter((curve) => curve.steps.length > 0 && (settings.purged || !curve.purged));
}

/**
 * Keeps what is computed of a curve, for the last settings it was computed for.
 * @template T, R
 * @template {any[]} [M=[]]
 * @param {(curve: Curve, setting: T, ...more: M) => R} compute `more` follows from the setting
 * @returns {(curve: Curve, setting: T, ...more: M) => R}
 */
function kept(compute) {
  /** @type {WeakMap<Curve, { setting: T, result: R }>} */
  const results = new WeakMap();
  return (curve, setting, ...more) => {
    const before = results.get(curve);
    if (before && before.setting === setting) return before.result;
    const result = compute(curve, setting, ...more);
    results.set(curve, { setting, result });
    return result;
  };
}

const xOf = kept(xColumn);

const smoothed = kept((curve, /** @type {string} */ by, /** @type {Settings} */ { smoothing, smoother }) => {
  if (by === '') return curve.values;
  const exact = !isWhole(curve) && curve.smoothedBy === by ? curve.smoothed : null;
  return exact ?? smooth(curve.values, smoothing, smoother);
});

const PURGED_DASH = [1, 3];

/** @param {string} id @param {number} part @param {Curve[]} parts */
function nameOf(id, part, parts) {
  const run = id === '.' ? 'log directory' : id;
  if (parts[part].purged) return `${run} · purged`;
  return parts.length > 1 ? `${run} · part ${part + 1} of ${parts.length}` : run;
}

/**
 * How many values a card does not show because of its settings: purged ones, and on "newest only"
 * those whose steps a later part has too.
 * @param {Map<string, Known>} known
 * @param {Iterable<string>} shown run ids
 * @param {Settings} settings
 */
export function hidden(known, shown, settings) {
  let purged = 0;
  let covered = 0;
  for (const id of shown) {
    for (const curve of known.get(id)?.curves ?? []) {
      if (curve.purged && !settings.purged) purged += curve.total;
      covered += curve.covered;
    }
  }
  return { purged, covered };
}

/**
 * How many values a card cannot draw as they are: not finite, and (on a logarithmic axis) <= 0.
 * @param {{ curve: Curve }[]} drawn
 * @param {boolean} log
 */
export function leftOut(drawn, log) {
  let nonFinite = 0;
  let notPositive = 0;
  for (const { curve } of drawn) {
    nonFinite += curve.notFinite;
    if (log) notPositive += curve.notPositive;
  }
  return { nonFinite, notPositive };
}

/**
 * What a screen reader says of a card: tag, runs, and how each ends.
 * @param {string} tag
 * @param {{ id: string, name: string, raw: Numbers, curve: Curve }[]} drawn
 */
export function describe(tag, drawn) {
  if (!drawn.length) return `${tag}: no run is shown`;
  const ends = drawn.slice(0, 5).map(({ name, raw, curve }) => {
    const last = raw.length - 1;
    return `${name} ends at ${formatValue(raw[last])} (step ${formatStep(curve.steps[last])}, ${counted(curve.total, 'point')})`;
  });
  const more = drawn.length > 5 ? `; and ${drawn.length - 5} more` : '';
  const runs = new Set(drawn.map(({ id }) => id)).size;
  const heading = drawn.length > 1 ? `${tag}, ${counted(runs, 'run')}` : tag;
  const range = extent(drawn.map(({ raw }) => raw));
  const span = range ? `; values from ${formatValue(range[0])} to ${formatValue(range[1])}` : '';
  return `${heading}: ${ends.join('; ')}${more}${span}`;
}

/**
 * How many digits of logged values are worth showing: more where they were written as float64.
 * @param {Numbers} raw
 */
export function digitsOf(raw) {
  return raw instanceof Float64Array ? 13 : 6;
}

/**
 * The cells of a tooltip row: value (smoothed first if it is), step, time.
 * @param {{ y: Numbers, raw: Numbers, curve: Curve }} line
 * @param {number} i
 */
export function cells({ y, raw, curve }, i) {
  const value = formatValue(raw[i], digitsOf(raw));
  const values = y === raw ? [value] : [formatValue(y[i], 6), value];
  return [...values, formatStep(curve.steps[i]), formatDuration(curve.walls[i] - curve.origin) || '0 s', formatTime(curve.walls[i])];
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
    smoother: get('smoother') === 'symmetric' ? 'symmetric' : 'ema',
    axis: axis === 'relative' || axis === 'wall' ? axis : 'step',
    log: get('y') === 'log',
    logX: get('x') === 'log' && axis !== 'wall',
    newest: get('parts') === 'newest',
    purged: get('purged') === 'shown',
  };
}
