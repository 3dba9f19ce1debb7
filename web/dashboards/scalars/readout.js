// The values at the crosshair of one card, and at its pinned cursors.

import { firstOf, measure } from '../../charts/cursors.js';
import { fill, h } from '../../lib/dom.js';
import { formatDuration, formatStep, formatValue } from '../../lib/format.js';
import { say } from '../../lib/say.js';
import { swatch } from '../../ui/swatch.js';
import { apart, runName } from '../../ui/run_name.js';
import { groupCells, groupHeads } from './group_lines.js';
import { cells, digitsOf } from './model.js';

const MOST_ROWS = 12;
const MOST_PINNED = 12;
const TAIL = 10; // letters of names at pinned cursors that stay visible: as much as tells parts of a run apart
const SLOPE = 4; // digits

/**
 * @typedef {import('./model.js').Drawn} Drawn
 * @typedef {import('./settings.js').Settings} Settings
 */

/** @param {import('../../charts/cursors.js').Hit[]} hits @param {Settings} settings */
export function rowsOf(hits, settings) {
  const { order, smoothing, axis, over } = settings;
  const { found, near } = firstOf(hits, order, MOST_ROWS);
  if (hits.some(({ line }) => line.band)) {
    const rows = found.map((hit) => ({ style: hit.line, name: hit.line.name, cells: groupCells(/** @type {any} */ (hit.line), hit.i, settings), nearest: hit === near }));
    return { heads: groupHeads(settings), rows, more: hits.length - found.length };
  }
  const computed = COMPUTED_HEADS[axis];
  const heads = [...(smoothing > 0 ? [say('head.run'), say('head.smoothed'), say('head.value')] : [say('head.run'), say('head.value')]), ...(computed ? [axis === 'tag' ? over : computed] : []), say('head.step'), say('head.relative'), say('head.time')];
  const short = apart(found.map(({ line }) => /** @type {Drawn} */ (line).name));
  const rows = found.map((hit) => {
    const line = /** @type {Drawn} */ (hit.line);
    const all = cells(line, hit.i);
    if (computed) all.splice(-3, 0, xText(axis, line.x[hit.i]));
    return { style: line, name: short(line.name), cells: all, nearest: hit === near };
  });
  return { heads, rows, more: hits.length - found.length };
}

/** @type {Partial<Record<Settings['axis'], string>>} */
const COMPUTED_HEADS = { active: say('head.active'), index: say('head.index'), tag: 'x' };

/** An x as its axis writes it. @param {Settings['axis']} axis @param {number} x */
export function xText(axis, x) {
  if (axis === 'active' || axis === 'relative') return formatDuration(x) || say('unit.s', { n: 0 });
  return axis === 'tag' ? formatValue(x, 6) : formatStep(x);
}

/**
 * A table of what two pinned cursors say, or of the values at one.
 * @param {HTMLElement} host
 * @param {Drawn[]} drawn
 * @param {number[]} pins
 * @param {Settings} settings
 * @param {() => void} onClear
 */
export function showPins(host, drawn, pins, settings, onClear) {
  host.hidden = !pins.length;
  if (!pins.length) return;
  const [a, b = a] = pins;
  const two = pins.length === 2;
  host.classList.toggle('two', two);
  const found = drawn.filter((line) => !line.faint).flatMap((line) => {
    const told = measure(line, a, b);
    return told ? [{ line, ...told }] : [];
  });
  const short = apart(found.map(({ line }) => line.name));
  const unit = { step: say('per.step'), index: say('per.point'), relative: say('per.second'), wall: say('per.second'), active: say('per.second'), tag: say('per.tag', { tag: settings.over }) }[settings.axis];
  const heads = [say('head.run'), 'A', ...(two ? ['B', 'B − A', unit] : [])];
  fill(host,
    h('p', { class: 'faint' }, placesOf(drawn, pins, settings),
      h('button', { class: 'quiet', type: 'button', title: say('pins.away.about'), 'aria-label': say('pins.away'), onclick: onClear }, '×')),
    h('table', null,
      h('thead', null, h('tr', null, h('th', null), heads.map((head) => h('th', null, head)))),
      h('tbody', null, found.slice(0, MOST_PINNED).map(({ line, from, to, difference, slope, i, j }) => {
        const digits = Math.min(6, digitsOf(line.raw));
        const told = (/** @type {number} */ value, /** @type {boolean} */ there) => (there ? formatValue(value, digits) : '–');
        const both = i >= 0 && j >= 0;
        const values = [told(from, i >= 0), ...(two ? [told(to, j >= 0), told(difference, both), both && i !== j ? formatValue(slope, SLOPE) : '–'] : [])];
        return h('tr', null, h('td', null, swatch(line)), h('td', { class: 'tip-run', title: line.name }, runName(short(line.name), TAIL)), values.map((value) => h('td', { class: 'num' }, value)));
      }))),
    found.length > MOST_PINNED && h('p', { class: 'faint' }, say('tip.more', { n: found.length - MOST_PINNED })));
}

/** @param {Drawn[]} drawn @param {number[]} pins @param {Settings} settings */
function placesOf(drawn, pins, settings) {
  const texts = pins.map((pin, i) => say('pins.at', { name: 'AB'[i], x: settings.axis === 'wall' ? new Date(pin * 1000).toLocaleString('sv-SE') : xText(settings.axis, rounded(pin, settings.axis)) }));
  if (pins.length === 2) {
    const span = Math.abs(pins[1] - pins[0]);
    texts.push(say('pins.apart', { span: settings.axis === 'wall' ? formatDuration(span) : xText(settings.axis, rounded(span, settings.axis)) }));
  }
  return texts.join(', ');
}

/** @param {number} x @param {Settings['axis']} axis */
function rounded(x, axis) {
  return axis === 'step' || axis === 'index' ? Math.round(x) : x;
}
