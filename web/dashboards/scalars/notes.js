// What a card says about its curves: at its head what is left out, at its foot how fresh and how
// complete they are.

import { h } from '../../lib/dom.js';
import { formatDuration, formatStep, formatTime, formatValue } from '../../lib/format.js';
import { say } from '../../lib/say.js';
import { placeText } from './group_lines.js';
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
    nonFinite > 0 && button(`▲ ${say('note.nan', { n: nonFinite })}`, first ? firstText(first, settings) : '', jump),
    purged > 0 && button(say('note.purged', { n: purged }), say('note.purged.about'), () => change('purged', 'shown')),
    covered > 0 && button(say('note.covered', { n: covered }), say('note.covered.about'), () => change('parts', null)),
    notPositive > 0 && h('span', { class: 'warn' }, say('note.positive', { n: notPositive })),
    offAxis > 0 && h('span', { class: 'warn', title: say('note.off.about', { tag: settings.over }) }, say('note.off', { n: offAxis, tag: settings.over })),
    outside > 0 && h('span', { class: 'warn', title: say(drawn.some(({ reduced }) => reduced) ? 'note.outside.least' : 'note.outside.about') }, `${drawn.some(({ reduced }) => reduced) ? '≥ ' : ''}${say('note.outside', { n: outside })}`),
    drawn.length === 1 && drawn[0].raw.length > 0 && h('span', { class: 'last' }, formatValue(drawn[0].raw[drawn[0].raw.length - 1], digitsOf(drawn[0].raw))),
  ];
}

/** Which value is the first that is not finite: of a group it is known where on the axis. @param {NonNullable<ReturnType<typeof firstNotFinite>>} first @param {Settings} settings */
function firstText({ x, line, i }, { axis }) {
  if (line.group && axis !== 'step') return say('note.nan.at', { run: line.name, place: placeText(x, axis) });
  return say('note.nan.about', { run: line.name, step: line.group ? x : line.curve.steps[i] });
}

/**
 * How many points there are, and that the picture is exact.
 * @param {{ total: number, inView: number, reduced: boolean }} points @param {boolean} zoomed @param {boolean} settled
 * @param {bigint} [base] what is taken from all steps
 */
export function pointsNote({ total, inView, reduced }, zoomed, settled, base = 0n) {
  const from = base ? `${say('note.base', { step: base.toLocaleString('en-US') })} · ` : '';
  const of = from + (zoomed ? say('note.view', { n: inView, points: say('count.point', { n: total }) }) : say('count.point', { n: total }));
  if (!settled) return { text: `${of} …`, title: say('note.settling') };
  if (!reduced) return { text: say('note.all', { points: of }), title: say('note.all.about') };
  return { text: say('note.exact', { points: of }), title: say('note.exact.about') };
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
  const text = Math.abs(now - newest) > 2 * 86400 ? formatTime(newest).slice(0, 16) : age < 1.5 ? say('age.now') : say('age.ago', { time: formatDuration(Math.round(age)) });
  return { text: alive ? text : say('age.newest', { time: text }), title: say('age.newest.about', { time: formatTime(newest) }), alive };
}
