// One card: a tag's curves. It asks for its data when it comes near the screen, and for what is new
// when the log moves.

import { create } from '../../charts/line_chart.js';
import { nearest } from '../../charts/reduce.js';
import { extent as extentOf } from '../../charts/scales.js';
import { fill, h } from '../../lib/dom.js';
import { formatStep, formatValue } from '../../lib/format.js';
import { boundsOf, createCurves } from './curves.js';
import { cells, describe, digitsOf, hidden, leftOut, lines } from './model.js';

const MOST_TABLE_ROWS = 200;
const UPDATED = 'nb:updated'; // name of a mark in the browser's timeline
const SETTLE = 80; // milliseconds without a change, before the exact answer is asked for

/**
 * @typedef {object} Shared what all cards of the dashboard share
 * @property {import('../../app/types.js').Context} ctx
 * @property {() => import('./model.js').Settings} settings
 * @property {(key: string, value: string | null) => void} change changes a setting of all cards
 * @property {import('../../lib/signal.js').Signal<number | null>} cursor
 * @property {import('../../lib/signal.js').Signal<string | null>} highlight
 * @property {ReturnType<typeof import('../../ui/tooltip.js').createTooltip>} tooltip
 * @property {(tag: string, is: boolean) => void} seen says whether a card is near the screen
 */

/**
 * @param {import('./model.js').Tag} tag
 * @param {Shared} shared
 */
export function createCard(tag, shared) {
  const { ctx, cursor, highlight, tooltip } = shared;
  const title = tag.display_name || tag.tag;
  const notes = h('span', { class: 'card-notes' });
  const reset = h('button', { class: 'quiet', type: 'button', hidden: true, onclick: () => zoom(null) }, 'Reset zoom');
  const asTable = h('button', { class: 'quiet', type: 'button', 'aria-pressed': 'false', onclick: toggleTable }, 'Table');
  const wide = h('button', { class: 'quiet', type: 'button', 'aria-pressed': 'false', onclick: toggleWide }, 'Widen');
  const body = h('div', { class: 'card-body' });
  const table = h('div', { class: 'card-table', hidden: true });
  const element = h('article', { class: 'card', 'aria-label': title },
    h('header', null, h('h3', { title: tag.description || tag.tag }, title), notes, reset, asTable, wide), body, table);
  const chart = create(body, { onCursor: pointed, onZoom: zoom, onStep: step, onWidth: load, onDrawn: mark });
  const curves = createCurves(ctx.api, tag.tag);
  /** @type {[number, number] | null} */
  let range = null;
  /** @type {ReturnType<typeof lines>} */
  let drawn = [];
  /** @type {[number, number] | null} */
  let extent = null;
  /** @type {Map<string, number>} */
  const marked = new Map();
  let settling = 0;
  let near = false;
  let asking = false;
  let again = false;

  const shown = () => tag.runs.filter((id) => ctx.runs.shown.value.has(id));
  /** What is drawn, as the server needs to know it. @returns {import('./curves.js').Picture} */
  function picture() {
    return { ...shared.settings(), range, pixels: chart.pixels() };
  }
  async function load() {
    if (!near || !chart.pixels()) return;
    again = asking;
    if (asking) return;
    asking = true;
    try {
      const later = await curves.load(shown(), picture(), { of: tag.runs.length, cursor: ctx.live.cursor });
      draw();
      if (Number.isFinite(later)) settle(later);
    } catch (error) {
      fill(notes, h('span', { class: 'bad' }, /** @type {Error} */ (error).message),
        h('button', { class: 'quiet', type: 'button', onclick: load }, 'Try again'));
    }
    asking = false;
    if (again) await load();
  }
  function draw() {
    const settings = shared.settings();
    const runs = shown();
    drawn = lines(curves.known, runs, settings, ctx.runs.style);
    extent = boundsOf(curves.known, runs, { ...picture(), range: null });
    const { nonFinite, notPositive } = leftOut(drawn, settings.log);
    const { purged, covered } = hidden(curves.known, runs, settings);
    fill(notes,
      nonFinite > 0 && h('span', { class: 'warn' }, `▲ ${formatStep(nonFinite)} NaN or ∞`),
      purged > 0 && h('button', { class: 'quiet warn', type: 'button', title: 'A restart declared these points void; show them', onclick: () => shared.change('purged', 'shown') },
        `${formatStep(purged)} purged`),
      covered > 0 && h('button', { class: 'quiet warn', type: 'button', title: 'A later part of the run has the same steps; show these points too', onclick: () => shared.change('parts', null) },
        `${formatStep(covered)} overwritten`),
      notPositive > 0 && h('span', { class: 'warn' }, `${formatStep(notPositive)} values ≤ 0 not on this axis`),
      drawn.length === 1 && drawn[0].raw.length > 0 && h('span', { class: 'last' }, formatValue(drawn[0].raw[drawn[0].raw.length - 1], digitsOf(drawn[0].raw))));
    reset.hidden = range === null;
    paint();
    if (!table.hidden) drawTable();
  }
  function paint() {
    const { axis, log, logX } = shared.settings();
    chart.update({ lines: drawn, axis, log, logX, extent, range, highlight: highlight.value, cursor: cursor.value, label: describe(title, drawn) });
  }
  /** Says, to whoever measures, which newer steps of which runs are on the screen now. */
  function mark() {
    /** @type {[string, number][]} */
    const fresh = [];
    for (const { id, curve } of drawn) {
      const newest = curve.steps[curve.steps.length - 1];
      if (marked.get(id) === newest) continue;
      marked.set(id, newest);
      fresh.push([id, newest]);
    }
    if (!fresh.length) return;
    performance.clearMarks(UPDATED);
    performance.mark(UPDATED, { detail: { tag: tag.tag, newest: fresh } });
  }
  /** @param {[number, number] | null} next */
  function zoom(next) {
    range = next;
    change();
  }
  /** Draws what is known at once, and again what the server makes of it. */
  function change() {
    draw();
    settle(SETTLE);
  }
  /** @param {number} wait milliseconds */
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(load, wait);
  }
  /** @param {number | null} x @param {PointerEvent} [event] */
  function pointed(x, event) {
    cursor.value = x;
    if (x === null || !event) tooltip.hide();
    else tip(x, event.clientX, event.clientY);
  }
  /** @param {number} direction */
  function step(direction) {
    const line = drawn[0];
    if (!line) return;
    const at = cursor.value === null ? line.x.length - 1 : nearest(line.x, cursor.value) + direction;
    const x = line.x[Math.max(0, Math.min(line.x.length - 1, at))];
    cursor.value = x;
    const box = body.getBoundingClientRect();
    tip(x, box.left + box.width / 2, box.top + 40);
  }
  /** @param {number} x @param {number} clientX @param {number} clientY */
  function tip(x, clientX, clientY) {
    const box = body.getBoundingClientRect();
    const rows = drawn.flatMap((line) => {
      const i = nearest(line.x, x);
      if (i < 0 || !chart.reaches(line, i, x)) return [];
      return [{ style: line, name: line.name, cells: cells(line, i), distance: Math.abs(chart.top(line.y[i]) + box.top - clientY) }];
    });
    rows.sort((a, b) => (a.distance === b.distance ? 0 : a.distance - b.distance));
    const heads = shared.settings().smoothing > 0 ? ['Run', 'Smoothed', 'Value'] : ['Run', 'Value'];
    tooltip.show([...heads, 'Step', 'Relative', 'Time'], rows, { x: clientX, y: clientY });
  }
  function toggleTable() {
    table.hidden = !table.hidden;
    body.hidden = !table.hidden;
    asTable.setAttribute('aria-pressed', String(!table.hidden));
    if (!table.hidden) drawTable();
  }
  function toggleWide() {
    const on = element.classList.toggle('wide');
    wide.setAttribute('aria-pressed', String(on));
  }
  function drawTable() {
    fill(table, h('table', null,
      h('thead', null, h('tr', null, ['Run', 'Points', 'Step', 'Last value', 'Lowest', 'Highest'].map((head) => h('th', null, head)))),
      h('tbody', null, drawn.slice(0, MOST_TABLE_ROWS).map((line) => {
        const [lowest, highest] = extentOf([line.raw]) ?? [NaN, NaN];
        const last = line.raw.length - 1;
        const digits = digitsOf(line.raw);
        const values = [formatStep(line.curve.total), formatStep(line.curve.steps[last]), formatValue(line.raw[last], digits),
          formatValue(lowest, digits), formatValue(highest, digits)];
        return h('tr', null, h('td', null, line.name), values.map((value) => h('td', { class: 'num' }, value)));
      }))));
  }
  const observer = new IntersectionObserver((entries) => {
    near = entries.some((entry) => entry.isIntersecting);
    shared.seen(tag.tag, near);
    if (near) load();
  }, { rootMargin: '400px' });
  observer.observe(element);
  const stops = [
    ctx.runs.shown.subscribe(load), cursor.subscribe(() => near && paint()), highlight.subscribe(() => near && paint()),
    ctx.theme.subscribe(() => near && draw()),
  ];
  return {
    element,
    draw: () => near && change(),
    /** @param {import('./model.js').Tag} next */
    update(next) {
      tag = next;
      load();
    },
    /** Brings what a move touches. @param {import('../../lib/move.js').Move} move */
    follow(move) {
      const runs = move.runsOf(tag.tag, ctx.runs.ids, ctx.runs.cursor);
      curves.follow(move, runs);
      if (!runs || shown().some((id) => runs.has(id))) load();
    },
    destroy() {
      clearTimeout(settling);
      observer.disconnect();
      shared.seen(tag.tag, false);
      stops.forEach((stop) => stop());
      chart.destroy();
    },
  };
}
