// From answers and settings to what is drawn: pure functions.

import { extentOf } from '../../charts/limits.js';
import { formatDuration, formatStep, formatTime, formatValue } from '../../lib/format.js';
import { smooth } from '../../lib/smooth.js';
import { say } from '../../lib/say.js';
import { isBorder } from './margins.js';
import { isWhole, smoothingOf, xColumn } from './curves.js';

/**
 * @typedef {import('../../lib/columns.js').Numbers} Numbers
 * @typedef {import('./curves.js').Curve} Curve
 * @typedef {import('./curves.js').Known} Known
 * @typedef {{ tag: string, display_name: string, description: string, runs: string[] }} Tag
 * @typedef {import('./settings.js').Settings} Settings
 * @typedef {import('../../charts/line_chart.js').Line & { key: string, curve: Curve, group?: import('./group_curves.js').GroupCurve }} Drawn
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

/** The same of a card: the borders of its margins are no lines. @param {{ tags: Tag[], margins: import('./margins.js').Margin[] | null }} card */
export function looksIn(card) {
  const values = card.tags.filter((tag) => !isBorder(tag, card));
  const looks = looksOf(values);
  return card.tags.map((tag) => looks[values.indexOf(tag)] ?? null);
}

/**
 * The lines of a card: one for each part of a run. Smoothed values are the server's, which knows all
 * points; where all are here, or the server has not answered yet, they are computed from those.
 * @param {Map<string, Known>} known
 * @param {Iterable<string>} shown run ids
 * @param {Settings} settings
 * @param {(id: string) => { color: string, dash: number[] }} style
 * @param {{ tag: string, dash: number[] } | null} [look] of a card with several tags: `looksOf`
 * @param {{ now?: number, base?: bigint, places?: Map<string, number> }} [more] now: seconds since 1970; base: what is
 *   taken from all steps; places: `numbered`
 */
export function lines(known, shown, settings, style, look = null, { now = 0, base = 0n, places } = {}) {
  /** @type {Drawn[]} */
  const found = [];
  for (const id of shown) {
    const curves = visible(known.get(id), settings);
    const run = runOf(id);
    curves.forEach((curve, part) => {
      const own = style(id);
      const name = nameOf(run, part, curves);
      found.push({
        key: look ? `${look.tag} ${id}` : id, id, place: places?.get(id), name: look ? `${look.tag} · ${name}` : name, label: labelOf(id, look),
        color: own.color, dash: curve.purged ? PURGED_DASH : (look ?? own).dash,
        x: base ? fromBase(curve, base) : xOf(curve, `${settings.axis} ${settings.over}`, settings.axis),
        y: smoothed(curve, smoothingOf(settings), settings), raw: curve.values, curve,
        notFinite: curve.notFinite, faint: curve.purged, reduced: !isWhole(curve),
        alive: now > 0 && part === curves.length - 1 && !curve.purged && isAlive(curve, now),
      });
    });
  }
  return found;
}

/** @param {string} id */
const runOf = (id) => (id === '.' ? say('runs.root.short') : id);

/** What a run's line is called. @param {string} id @param {{ tag: string } | null} look `looksOf` */
export const labelOf = (id, look) => (look ? `${look.tag} · ${runOf(id)}` : runOf(id));

/** @type {WeakMap<Tag[], { places: Map<string, number>[], of: number }>} */
const numberings = new WeakMap();

/**
 * The place of each run of each tag among all lines that a card may show; `of` is how many those are.
 * @param {Tag[]} tags
 */
export function numbered(tags) {
  const known = numberings.get(tags);
  if (known) return known;
  let of = 0;
  const places = tags.map((tag) => new Map(tag.runs.map((id) => [id, of++])));
  const found = { places, of };
  numberings.set(tags, found);
  return found;
}

const ALIVE = [20, 3600]; // seconds, at least and at most, after which a run without a new point is not alive
const PAUSES = 5; // or as often the time between its last points

/** @param {Curve} curve @param {number} now seconds since 1970 */
export function isAlive({ walls }, now) {
  const last = walls[walls.length - 1];
  const first = walls[Math.max(0, walls.length - 11)];
  const each = (last - first) / Math.max(1, Math.min(10, walls.length - 1));
  return Math.abs(now - last) < Math.min(ALIVE[1], Math.max(ALIVE[0], PAUSES * each));
}

/**
 * What is taken from all steps so that float64 tells them apart: the lowest, where all are beyond 2^53.
 * @param {{ known: Map<string, Known>, runs: string[] }[]} parts @param {Settings} settings
 */
export function baseOf(parts, settings) {
  let lowest = /** @type {bigint | null} */ (null);
  if (settings.axis !== 'step') return 0n;
  for (const { known, runs } of parts) {
    for (const id of runs) {
      for (const { exact } of visible(known.get(id), settings)) {
        if (!exact) return 0n;
        for (const step of exact) if (lowest === null || step < lowest) lowest = step;
      }
    }
  }
  return lowest !== null && (lowest > FINE || lowest < -FINE) ? lowest : 0n;
}

const FINE = 2n ** 53n;

/** @param {Curve} curve @param {bigint} base */
function fromBase(curve, base) {
  return Float64Array.from(/** @type {BigInt64Array} */ (curve.exact), (step) => Number(step - base));
}

/** A step as it was written. @param {Curve} curve @param {number} i */
export function stepText(curve, i) {
  return curve.exact ? curve.exact[i].toLocaleString('en-US').replace('-', '−') : formatStep(curve.steps[i]);
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

const xOf = kept((curve, /** @type {string} */ _, /** @type {import('../../charts/ticks.js').Axis} */ axis) => xColumn(curve, axis));

const smoothed = kept((curve, /** @type {string} */ by, /** @type {Settings} */ { smoothing, smoother }) => {
  if (by === '') return curve.values;
  const exact = !isWhole(curve) && curve.smoothedBy === by ? curve.smoothed : null;
  return exact ?? smooth(curve.values, smoothing, smoother);
});

const PURGED_DASH = [1, 3];

/** @param {string} run @param {number} part @param {Curve[]} parts */
function nameOf(run, part, parts) {
  if (parts[part].purged) return say('part.purged', { run });
  return parts.length > 1 ? say('part.of', { run, n: part + 1, all: parts.length }) : run;
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
 * How many values a card cannot draw as they are: not finite, <= 0 on a logarithmic axis, and those
 * for which the tag that is x has no value.
 * @param {{ curve: Curve }[]} drawn
 * @param {boolean} log
 */
export function leftOut(drawn, log) {
  let nonFinite = 0;
  let notPositive = 0;
  let offAxis = 0;
  for (const { curve } of drawn) {
    nonFinite += curve.notFinite;
    if (log) notPositive += curve.notPositive;
    if (curve.x) offAxis += curve.offAxis;
  }
  return { nonFinite, notPositive, offAxis };
}

/**
 * Where runs started again, or their steps went back: at the first point of each part but the first.
 * @param {Drawn[]} drawn
 * @returns {import('../../charts/marks.js').Boundary[]}
 */
export function restarts(drawn) {
  const found = [];
  /** @type {Map<string, Drawn>} */
  const before = new Map();
  for (const line of drawn) {
    if (line.faint) continue;
    const last = before.get(line.key);
    before.set(line.key, line);
    if (!last || !line.x.length) continue;
    const about = { run: line.label ?? line.id, step: stepText(line.curve, 0) };
    const text = last.curve.segment === line.curve.segment ? say('part.back', about) : say('part.again', { ...about, file: line.curve.segment });
    found.push({ x: line.x[0], color: line.color, text });
  }
  return found;
}

/**
 * How many points a card draws from, and how many of them are in view; reduced: not all of those came,
 * since the line is the same without the others.
 * @param {Drawn[]} drawn @param {[number, number] | null} range
 */
export function pointsOf(drawn, range) {
  let total = 0;
  let inView = 0;
  let sent = 0;
  for (const { x, curve } of drawn) {
    total += curve.total;
    let here = x.length;
    if (range) {
      here = 0;
      for (let i = 0; i < x.length; i += 1) here += Number(x[i] >= range[0] && x[i] <= range[1]);
    }
    sent += here;
    inView += isWhole(curve) ? here : range ? Math.max(here, curve.within) : curve.total;
  }
  return { total, inView, reduced: sent < inView };
}

/** The first value that is not finite, of all lines: its x, null if there is none; i: its number in the line, -1 in a group. @param {Drawn[]} drawn */
export function firstNotFinite(drawn) {
  let first = /** @type {{ x: number, line: Drawn, i: number } | null} */ (null);
  for (const line of drawn) {
    if (!line.curve.notFinite) continue;
    const i = line.group ? -1 : line.raw.findIndex((/** @type {number} */ value) => !Number.isFinite(value));
    const x = line.group ? line.group.first_not_finite ?? NaN : line.x[i]; // a group's own line has no such value, but where no run is
    if (Number.isFinite(x) && (first === null || x < first.x)) first = { x, line, i };
  }
  return first;
}

/**
 * What a screen reader says of a card: tag, runs, and how each ends.
 * @param {string} tag
 * @param {{ id: string, name: string, raw: Numbers, curve: Curve }[]} drawn
 */
export function describe(tag, drawn) {
  if (!drawn.length) return say('chart.none', { tag });
  const ends = drawn.slice(0, 5).map(({ name, raw, curve }) => {
    const last = raw.length - 1;
    return say('chart.end', { run: name, value: formatValue(raw[last]), step: stepText(curve, last), points: say('count.point', { n: curve.total }) });
  });
  const more = drawn.length > 5 ? `; ${say('chart.more', { n: drawn.length - 5 })}` : '';
  const runs = new Set(drawn.map(({ id }) => id)).size;
  const heading = drawn.length > 1 ? `${tag}, ${say('count.run', { n: runs })}` : tag;
  const range = extentOfAll(drawn.map(({ raw }) => raw));
  const span = range ? `; ${say('chart.span', { low: formatValue(range[0]), high: formatValue(range[1]) })}` : '';
  return `${heading}: ${ends.join('; ')}${more}${span}`;
}

/** @param {Numbers[]} columns @returns {[number, number] | null} */
function extentOfAll(columns) {
  const ends = columns.flatMap((column) => extentOf(column, false) ?? []);
  return ends.length ? [ends.reduce((a, b) => Math.min(a, b)), ends.reduce((a, b) => Math.max(a, b))] : null;
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
  return [...values, stepText(curve, i), formatDuration(curve.walls[i] - curve.origin) || say('unit.s', { n: 0 }), formatTime(curve.walls[i])];
}
