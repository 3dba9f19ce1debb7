// One card: the curves of a tag, or of several. It exists while it is near the screen, and asks for
// what it shows and what is new of it; the curves themselves outlive it.

import { create } from '../../charts/line_chart.js';
import { nearest } from '../../charts/reduce.js';
import { extent as extentOf } from '../../charts/scales.js';
import { fill, h } from '../../lib/dom.js';
import { pinIcon } from '../../ui/icons.js';
import { formatStep, formatValue } from '../../lib/format.js';
import { boundsOf } from './curves.js';
import { cells, describe, digitsOf, hidden, leftOut, lines, looksOf } from './model.js';

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
 * @property {(tag: string) => ReturnType<typeof import('./curves.js').createCurves>} curvesOf what is known of a tag
 * @property {(key: string) => Kept} keptOf what a card remembers while it does not exist
 * @property {(key: string) => void} drawn says that a card's curves, as they are wanted now, are on the screen
 * @property {(card: import('./cards.js').Card, is: boolean) => void} pin
 * @property {(card: import('./cards.js').Card, is: boolean) => void} widen
 * @property {(card: import('./cards.js').Card) => void} edit the tags of a card that somebody made
 *
 * @typedef {{ range: [number, number] | null, table: boolean, marked: Map<string, number> }} Kept
 */

/**
 * @param {import('./cards.js').Card} card
 * @param {Shared} shared
 */
export function createCard(card, shared) {
  const { ctx, cursor, highlight, tooltip } = shared;
  const { title } = card;
  const kept = shared.keptOf(card.key);
  const notes = h('span', { class: 'card-notes' });
  const reset = h('button', { class: 'quiet', type: 'button', hidden: true, onclick: () => zoom(null) }, 'Reset zoom');
  const asTable = h('button', { class: 'quiet', type: 'button', 'aria-pressed': String(kept.table), onclick: toggleTable }, 'Table');
  const wide = h('button', { class: 'quiet', type: 'button', onclick: () => shared.widen(card, !card.wide) }, 'Widen');
  const pin = h('button', { class: 'quiet pin', type: 'button', 'aria-label': 'Pin', onclick: () => shared.pin(card, !card.pinned) }, pinIcon());
  const body = h('div', { class: 'card-body', hidden: kept.table });
  const table = h('div', { class: 'card-table', hidden: !kept.table });
  const element = h('article', { class: 'card', 'aria-label': title },
    h('header', null, h('h3', { title: card.description || card.tags.map(({ tag }) => tag).join('\n') }, title), notes, reset,
      card.own && h('button', { class: 'quiet', type: 'button', onclick: () => shared.edit(card) }, 'Edit'), asTable, wide, pin), body, table);
  const chart = create(body, { onCursor: pointed, onZoom: zoom, onStep: step, onWidth: load, onDrawn: mark });
  let { range } = kept;
  /** @type {ReturnType<typeof lines>} */
  let drawn = [];
  /** @type {[number, number] | null} */
  let extent = null;
  const { marked } = kept;
  let settling = 0;
  let gone = false;
  let asking = false;
  let again = false;
  let whole = false; // whether what is drawn is what is wanted, and not what was there before

  /** @param {import('./model.js').Tag} tag */
  const shown = (tag) => tag.runs.filter((id) => ctx.runs.shown.value.has(id));
  /** What is drawn, as the server needs to know it. @returns {import('./curves.js').Picture} */
  function picture() {
    return { ...shared.settings(), range, pixels: chart.pixels() };
  }
  async function load() {
    if (gone || (!chart.pixels() && !kept.table)) return;
    again = asking;
    if (asking) return;
    asking = true;
    try {
      const later = await Promise.all(card.tags.map((tag) => shared.curvesOf(tag.tag)
        .load(shown(tag), picture(), { of: tag.runs.length, cursor: ctx.live.cursor })));
      if (gone) return;
      whole = true;
      draw();
      if (Number.isFinite(Math.min(...later))) settle(Math.min(...later));
    } catch (error) {
      if (gone) return;
      fill(notes, h('span', { class: 'bad' }, /** @type {Error} */ (error).message),
        h('button', { class: 'quiet', type: 'button', onclick: load }, 'Try again'));
    }
    asking = false;
    if (again) await load();
  }
  function draw() {
    const settings = shared.settings();
    const looks = looksOf(card.tags);
    const parts = card.tags.map((tag) => ({ known: shared.curvesOf(tag.tag).known, runs: shown(tag) }));
    drawn = parts.flatMap(({ known, runs }, i) => lines(known, runs, settings, ctx.runs.style, looks[i]));
    extent = joinedBounds(parts.map(({ known, runs }) => boundsOf(known, runs, { ...picture(), range: null })));
    const { nonFinite, notPositive } = leftOut(drawn, settings.log);
    const hides = parts.map(({ known, runs }) => hidden(known, runs, settings));
    const purged = hides.reduce((sum, some) => sum + some.purged, 0);
    const covered = hides.reduce((sum, some) => sum + some.covered, 0);
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
    for (const { key, id, curve } of drawn) {
      const newest = curve.steps[curve.steps.length - 1];
      if (marked.get(key) === newest) continue;
      marked.set(key, newest);
      fresh.push([id, newest]);
    }
    if (whole) shared.drawn(card.key);
    if (!fresh.length) return;
    performance.clearMarks(UPDATED);
    performance.mark(UPDATED, { detail: { tag: card.tags[0].tag, newest: fresh } });
  }
  /** @param {[number, number] | null} next */
  function zoom(next) {
    range = next;
    kept.range = next;
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
    kept.table = !table.hidden;
    body.hidden = !table.hidden;
    asTable.setAttribute('aria-pressed', String(!table.hidden));
    if (!table.hidden) drawTable();
  }
  function showPlace() {
    element.classList.toggle('wide', card.wide);
    wide.setAttribute('aria-pressed', String(card.wide));
    pin.setAttribute('aria-pressed', String(card.pinned));
    pin.title = card.pinned ? 'Unpin' : 'Pin: show it first';
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
  const stops = [
    cursor.subscribe(paint), highlight.subscribe(paint), ctx.theme.subscribe(draw),
  ];
  showPlace();
  if (card.tags.some((tag) => shared.curvesOf(tag.tag).known.size)) draw();
  return {
    element,
    draw: change,
    load,
    /** @param {import('./cards.js').Card} next */
    update(next) {
      card = next;
      showPlace();
      load();
    },
    /** Brings what a move touches. @param {import('../../lib/move.js').Move} move */
    follow(move) {
      for (const tag of card.tags) {
        const runs = move.runsOf(tag.tag, ctx.runs.ids, ctx.runs.cursor);
        if (!runs || shown(tag).some((id) => runs.has(id))) return load();
      }
    },
    destroy() {
      gone = true;
      clearTimeout(settling);
      stops.forEach((stop) => stop());
      chart.destroy();
    },
  };
}

/** @param {([number, number] | null)[]} bounds @returns {[number, number] | null} */
function joinedBounds(bounds) {
  const some = bounds.filter((each) => each !== null);
  return some.length ? [Math.min(...some.map(([low]) => low)), Math.max(...some.map(([, high]) => high))] : null;
}
