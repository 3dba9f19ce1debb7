// From groups to what is drawn, and to what is told of it: pure functions.

import { formatDuration, formatStep, formatTime, formatValue } from '../../lib/format.js';
import { say } from '../../lib/say.js';
import { isAlive } from './model.js';

/**
 * @typedef {import('../../lib/grouping.js').Group} Group
 * @typedef {import('./group_curves.js').Known} Known
 * @typedef {import('./settings.js').Settings} Settings
 * @typedef {import('./model.js').Drawn & { group: import('./group_curves.js').GroupCurve }} GroupLine
 */

const MOST_ROWS = 200;
const AXIS_FROM = 3; // runs, from which on the axis makes room for a 95 % interval: that of two is 13 times as wide as they are apart

/**
 * A line for each group.
 * @param {Map<string, Known>} known
 * @param {readonly Group[]} groups
 * @param {Settings} settings
 * @param {(id: string) => { color: string, dash: number[], label: string }} style
 * @param {{ tag: string, dash: number[] } | null} look of a card with several tags
 * @param {{ now: number, place: number }} more place: of the first group of all among the lines of the card
 * @returns {GroupLine[]}
 */
export function groupLines(known, groups, settings, style, look, { now, place }) {
  return groups.flatMap((group) => {
    const curve = known.get(group.id)?.curve;
    if (!curve?.x.length) return [];
    const { color, dash, label } = style(group.id);
    const name = look ? `${look.tag} · ${label}` : label;
    const walls = Float64Array.of(curve.newest ?? NaN);
    return {
      key: look ? `${look.tag} ${group.id}` : group.id, id: group.id, place: place + group.number, name, label: name, color, dash: (look ?? { dash }).dash,
      x: curve.x, y: curve.center, raw: curve.center, notFinite: 0, reduced: curve.reduced, faint: false,
      alive: isAlive(/** @type {any} */ ({ walls }), now), group: curve, band: bandOf(curve, settings.band), curve: curveOf(curve, walls),
    };
  });
}

/** @type {WeakMap<import('./group_curves.js').GroupCurve, import('../../charts/bands.js').Band>} */
const bands = new WeakMap();

/** @param {import('./group_curves.js').GroupCurve} curve @param {string} band @returns {import('../../charts/bands.js').Band} */
function bandOf(curve, band) {
  const kept = bands.get(curve);
  if (kept) return kept;
  const least = band === 'ci95' ? AXIS_FROM : 2;
  const seen = (/** @type {import('../../lib/columns.js').Numbers} */ values) => values.map((value, i) => (curve.n[i] >= least ? value : NaN));
  const made = { low: curve.low, high: curve.high, n: curve.n, of: curve.runs, seen: [seen(curve.low), seen(curve.high)] };
  bands.set(curve, made);
  return made;
}

/** A group as what else is told of curves goes by. @param {import('./group_curves.js').GroupCurve} group @param {Float64Array} walls @returns {import('./curves.js').Curve} */
function curveOf({ x, center, total, within, extent, not_finite: notFinite }, walls) {
  return {
    segment: '', part: 0, purged: false, steps: x, walls, values: center, exact: null, x: null, smoothed: null, smoothedBy: '', total, covered: 0,
    notFinite, notPositive: 0, offAxis: 0, within, origin: 0, extent,
  };
}

/** Where that is on the axis, in words. @param {number} x @param {Settings['axis']} axis */
export function placeText(x, axis) {
  if (axis === 'wall') return formatTime(x);
  if (axis === 'relative' || axis === 'active') return formatDuration(x) || '0 s';
  return axis === 'tag' ? formatValue(x, 6) : formatStep(x);
}

/**
 * The cells of a group at the crosshair: middle, band, how many runs are there, where.
 * @param {GroupLine} line @param {number} i @param {Settings} settings
 */
export function groupCells({ group }, i, { axis }) {
  const n = group.n[i];
  const ends = n > 1 ? [group.low[i], group.high[i]].map((value) => formatValue(value, 6)) : ['–', '–'];
  return [formatValue(group.center[i], 6), ...ends, n < group.runs ? say('groups.fewer', { n, all: group.runs }) : formatStep(n), placeText(group.x[i], axis)];
}

/**
 * Runs behind their groups, in the colours of those.
 * @param {import('./model.js').Drawn[]} lines @param {(id: string) => Group | undefined} groupOf @param {(id: string) => { color: string }} style
 * @returns {import('./model.js').Drawn[]}
 */
export function memberLines(lines, groupOf, style) {
  return lines.flatMap((line) => {
    const group = groupOf(line.id);
    return group ? { ...line, id: group.id, color: style(group.id).color, behind: true, alive: false, raw: line.y } : [];
  });
}

/** What stands above those cells. @param {Settings} settings */
export function groupHeads({ center, band, axis }) {
  const x = axis === 'step' ? say('groups.step') : axis === 'wall' ? say('groups.time') : 'x';
  return [say('groups.one'), say(`groups.center.${center}`), say(`groups.low.${band}`), say(`groups.high.${band}`), 'n', x];
}

/** What a screen reader says of a card. @param {string} title @param {GroupLine[]} drawn */
export function describeGroups(title, drawn) {
  if (!drawn.length) return say('groups.chart.none', { title });
  const ends = drawn.slice(0, 5).map(({ name, group }) => {
    const last = lastOf(group);
    return say('groups.chart.end', { name, value: formatValue(group.center[last]), n: group.n[last] });
  });
  const more = drawn.length > 5 ? `; ${say('groups.more', { n: drawn.length - 5 })}` : '';
  return say('groups.chart', { title, groups: say('count.group', { n: drawn.length }), ends: ends.join('; ') + more });
}

/** The number of the last x at which there is a value. @param {import('./group_curves.js').GroupCurve} group */
function lastOf({ center }) {
  let at = center.length - 1;
  while (at > 0 && !Number.isFinite(center[at])) at -= 1;
  return at;
}

/** The rows of a card's table: each group at its last value. @param {GroupLine[]} drawn @param {Settings} settings */
export function groupTable(drawn, settings) {
  return {
    heads: groupHeads(settings),
    rows: drawn.slice(0, MOST_ROWS).map((line) => [line.name, ...groupCells(line, lastOf(line.group), settings)]),
    more: Math.max(0, drawn.length - MOST_ROWS),
  };
}

/** @type {WeakMap<readonly string[], Set<string>>} */
const sets = new WeakMap();

/**
 * The groups that a card of a tag draws: those on the page of which a run has the tag.
 * @param {{ runs: readonly string[] }} tag @param {Pick<import('../../app/run_groups.js').RunGroups, 'drawn' | 'members'>} groups
 */
export function groupsIn({ runs }, groups) {
  const having = sets.get(runs) ?? new Set(runs);
  sets.set(runs, having);
  return groups.drawn().filter((group) => groups.members(group).some((id) => having.has(id)));
}
