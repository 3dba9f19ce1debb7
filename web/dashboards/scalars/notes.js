// What a card says about its curves: at its head what is left out, at its foot how fresh and how
// complete they are.

import { h } from '../../lib/dom.js';
import { counted, formatDuration, formatStep, formatTime, formatValue } from '../../lib/format.js';
import { digitsOf, firstNotFinite, hidden, leftOut } from './model.js';

/**
 * @typedef {import('./model.js').Drawn} Drawn
 * @typedef {import('./settings.js').Settings} Settings
 */

/**
 * @param {Drawn[]} drawn
 * @param {{ parts: { known: Map<string, import('./curves.js').Known>, runs: string[] }[], settings: Settings, outside: number,
 *   change: (key: string, value: string | null) => void, jump: () => void }} about
 */
export function headNotes(drawn, { parts, settings, outside, change, jump }) {
  const { nonFinite, notPositive, offAxis } = leftOut(drawn, settings.log);
  const hides = parts.map(({ known, runs }) => hidden(known, runs, settings));
  const purged = hides.reduce((sum, some) => sum + some.purged, 0);
  const covered = hides.reduce((sum, some) => sum + some.covered, 0);
  const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ onclick) => h('button', { class: 'quiet warn', type: 'button', title, onclick }, text);
  const first = nonFinite > 0 ? firstNotFinite(drawn) : null;
  return [
    nonFinite > 0 && button(`▲ ${formatStep(nonFinite)} NaN or ∞`, first ? `The first: ${first.line.name} at step ${formatStep(first.line.curve.steps[first.i])}. Go there (key n)` : '', jump),
    purged > 0 && button(`${formatStep(purged)} purged`, 'A restart declared these points void; show them', () => change('purged', 'shown')),
    covered > 0 && button(`${formatStep(covered)} overwritten`, 'A later part of the run has the same steps; show these points too', () => change('parts', null)),
    notPositive > 0 && h('span', { class: 'warn' }, `${formatStep(notPositive)} values ≤ 0 not on this axis`),
    offAxis > 0 && h('span', { class: 'warn', title: `${settings.over} has no value at the steps of these points` }, `${formatStep(offAxis)} without ${settings.over}`),
    outside > 0 && h('span', { class: 'warn', title: 'Values above or below the axis' }, `${drawn.some(({ reduced }) => reduced) ? '≥ ' : ''}${formatStep(outside)} outside`),
    drawn.length === 1 && drawn[0].raw.length > 0 && h('span', { class: 'last' }, formatValue(drawn[0].raw[drawn[0].raw.length - 1], digitsOf(drawn[0].raw))),
  ];
}

/**
 * How many points there are, and that the picture is exact.
 * @param {{ total: number, inView: number, reduced: boolean }} points @param {boolean} zoomed @param {boolean} settled
 * @param {bigint} [base] what is taken from all steps
 */
export function pointsNote({ total, inView, reduced }, zoomed, settled, base = 0n) {
  const from = base ? `steps + ${base.toLocaleString('en-US')} · ` : '';
  const of = from + (zoomed ? `${formatStep(inView)} of ${counted(total, 'point')}` : counted(total, 'point'));
  if (!settled) return { text: `${of} …`, title: 'The exact picture is on its way' };
  if (!reduced) return { text: `${of}, all drawn`, title: 'Every point in view is drawn as it was logged' };
  return { text: `${of}, exact`, title: 'Drawn from all of these points: those left out would fall on pixels that are drawn already. No pixel differs, and zooming in comes to every single one' };
}

/**
 * How old the newest point is.
 * @param {Drawn[]} drawn @param {number} now seconds since 1970
 */
export function freshness(drawn, now) {
  let newest = -Infinity;
  let alive = false;
  for (const { curve, alive: grows } of drawn) {
    const last = curve.walls[curve.walls.length - 1];
    if (last > newest) newest = last;
    alive ||= grows === true;
  }
  if (Number.isNaN(new Date(newest * 1000).getTime())) return { text: '', title: '', alive: false };
  const age = Math.max(0, now - newest);
  const text = Math.abs(now - newest) > 2 * 86400 ? formatTime(newest).slice(0, 16) : `${age < 1.5 ? 'now' : `${formatDuration(Math.round(age))} ago`}`;
  return { text: alive ? text : `newest: ${text}`, title: `The newest point is of ${formatTime(newest)}`, alive };
}
