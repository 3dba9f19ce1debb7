// One card: the curves of a tag, or of several. It exists while it is near the screen, and asks for
// what it shows and what is new of it; the curves themselves outlive it.

import { MOST as MOST_NAMES } from '../../charts/labels.js';
import { create } from '../../charts/line_chart.js';
import { nearest } from '../../charts/search.js';
import { formatValue } from '../../lib/format.js';
import { whenIdle } from '../../lib/idle.js';
import { say } from '../../lib/say.js';
import { createFrame, fillTable } from './card_frame.js';
import { createCardMenu, full } from './card_menu.js';
import { boundsOf, isDrawable } from './curves.js';
import { damaged } from './damage.js';
import { touched } from './feed.js';
import { describeGroups, groupLines, groupsIn, memberLines } from './group_lines.js';
import { isBorder, withMargins } from './margins.js';
import { UPDATED } from './marks.js';
import { baseOf, describe, digitsOf, firstNotFinite, labelOf, lines, looksIn, looksOf, numbered, pointsOf, restarts } from './model.js';
import { freshness, headNotes, pointsNote } from './notes.js';
import { rowsOf, showPins } from './readout.js';
import { createSpoken } from './spoken.js';
import { axisKey } from './settings.js';
import { ALL, EVERYTHING } from './views.js';

const SETTLE = 80; // milliseconds without a change, before the exact answer is asked for
const HOLD = 3000; // milliseconds that the axes stay as they are behind the pointer's last move
const TICK = 1000; // milliseconds between two looks at the clock
const AROUND = 20; // the part of the axis that is shown around the first NaN, as 1/AROUND
const TABLE_KEYS = ['t', 'Enter', 'o', 'l', 'f']; // that mean the same where the card shows its values
const SLACK = 1024; // steps that float64 may be off where steps are beyond 2^53

/**
 * @typedef {[number, number]} Pair
 * @typedef {import('./cards.js').Card} Card
 *
 * @typedef {object} Shared what all cards of the dashboard share
 * @property {import('../../app/types.js').Context} ctx
 * @property {() => import('./settings.js').Settings} settings
 * @property {(key: string, value: string | null) => void} change changes a setting of all cards
 * @property {import('./views.js').Views} views what is looked at in each card
 * @property {ReturnType<typeof import('./damage.js').createDamage>} damage where files are damaged
 * @property {() => void} zoomed tells all cards that the zoom that they share has changed
 * @property {import('../../lib/signal.js').Signal<number | null>} cursor
 * @property {import('../../lib/signal.js').Signal<string | null>} highlight
 * @property {ReturnType<typeof import('../../ui/tooltip.js').createTooltip>} tooltip
 * @property {(tag: string, card: string) => ReturnType<typeof import('./curves.js').createCurves>} curvesOf what is known of a tag; card: "" for that of the tag
 * @property {(tag: string, card: string) => import('./group_curves.js').GroupCurves} groupsOf the same of its groups
 * @property {(key: string) => Kept} keptOf what a card remembers while it does not exist
 * @property {(key: string) => boolean} isSeen whether a card is on the screen
 * @property {(key: string) => void} drawn says that a card's curves, as they are wanted now, are on the screen
 * @property {(card: Card, is: boolean) => void} pin
 * @property {(card: Card, is: boolean) => void} widen
 * @property {() => void} resize tells that a card needs another height
 * @property {(card: Card) => void} edit the tags of a card that somebody made
 *
 * @typedef {{ table: boolean, marked: Map<string, number> }} Kept
 */

/**
 * @param {Card} card
 * @param {Shared} shared
 */
export function createCard(card, shared) {
  const { ctx, cursor, highlight, tooltip, views } = shared;
  const { title } = card;
  const kept = shared.keptOf(card.key);
  const { marked } = kept;
  const frame = createFrame(card, kept.table, {
    onReset: () => zoom(null),
    onTable: toggleTable,
    onWide: widen,
    onPin: () => shared.pin(card, !card.pinned),
    onEdit: () => shared.edit(card),
    onLimits: (limits) => see({ y: limits }),
    onAllLimits: (limits) => {
      see({ y: EVERYTHING.y });
      ['ymin', 'ymax'].forEach((key, i) => shared.change(key, limits[i] === null ? null : String(limits[i])));
    },
  });
  const { element, body, table } = frame;
  const chart = create(body, { title, onCursor: pointed, onZoom: zoom, onStep: step, onPin: pin, onKey: pressed, onWidth: load, onDrawn: mark, isSeen: () => shared.isSeen(card.key) });
  frame.tools.append(createCardMenu(element, chart, ctx, () => ({
    title, tags: card.tags, runs: [...new Set(card.tags.flatMap(shown))], drawn, model, settings: shared.settings(), offset: baseOf(parts(), shared.settings()) !== 0n,
  })));
  /** @type {import('./model.js').Drawn[]} */
  let drawn = [];
  /** @type {import('../../charts/line_chart.js').Model | null} */
  let model = null;
  let settling = 0;
  /** @type {(() => void) | null} */
  let stopTelling = null;
  let gone = false;
  const leaving = new AbortController(); // who scrolls by waits for nothing that is out of sight
  let asking = false;
  let again = false;
  let whole = false; // whether what is drawn is what is wanted, and not what was there before
  let pointing = false; // whether the crosshair is this card's
  let outside = 0; // values above and below the axis, as the head says
  let pictured = ''; // what the picture is of, as text
  let expected = ''; // names of lines, as text
  let of = /** @type {any[]} */ ([]); // `seenNow` of what was drawn last
  /** @type {{ until: number, of: string, extent: Pair | null, limits: Pair } | null} */
  let held = null;

  /** @param {import('./model.js').Tag} tag */
  const shown = (tag) => tag.runs.filter((id) => ctx.runs.shown.value.has(id));
  const curvesOf = (/** @type {import('./model.js').Tag} */ { tag }) => shared.curvesOf(tag, card.own ? card.key : '');
  const groupsOf = (/** @type {import('./model.js').Tag} */ { tag }) => shared.groupsOf(tag, card.own ? card.key : '');
  const parts = () => card.tags.map((tag) => ({ known: curvesOf(tag).known, runs: shown(tag) }));
  const axis = () => axisKey(shared.settings());
  /** @returns {import('./views.js').View} */
  function view() {
    const own = views.get(card.key, axis());
    return shared.settings().linked ? { ...own, x: views.get(ALL, axis()).x } : own;
  }
  /** Looks at another part. @param {Partial<import('./views.js').View>} part */
  function see(part) {
    const { linked } = shared.settings();
    const { x, ...own } = part;
    if (Object.keys(own).length) views.set(card.key, axis(), own);
    if (x !== undefined) views.set(linked ? ALL : card.key, axis(), { x });
    if (own.pins && (own.pins.length > 0) !== card.cursors) shared.resize();
    if (x !== undefined && linked) shared.zoomed();
    else change();
  }
  /** What is drawn, as the server needs to know it. @returns {import('./group_curves.js').Picture} */
  function picture() {
    const { x } = view();
    const settings = shared.settings();
    const base = x ? Number(baseOf(parts(), settings)) : 0;
    return { ...settings, range: x && base ? [x[0] + base - SLACK, x[1] + base + SLACK] : x, pixels: chart.pixels() };
  }
  async function load() {
    if (gone || (!chart.pixels() && !kept.table)) return;
    again = asking;
    if (asking) return;
    asking = true;
    whole = false;
    expectNames();
    try {
      let later = await ask();
      if (!gone && card.tags.length > 1) later = await ask(); // now that it is known how far all of them reach
      if (gone) return;
      whole = true;
      if (isDrawn()) confirm();
      else draw();
      if (Number.isFinite(Math.min(...later))) settle(Math.min(...later));
    } catch (error) {
      if (gone) return;
      stopTelling?.();
      frame.failed(/** @type {Error} */ (error).message, load);
    }
    asking = false;
    if (again) await load();
  }
  /** Asks for the curves of all tags, whose pixel columns are the same. */
  function ask() {
    const around = card.tags.length > 1 && !ctx.runs.groups.groups.value ? extentOf(parts()) : null;
    return Promise.all(card.tags.map((tag) => loadTag(tag, { ...picture(), around })));
  }
  /** @param {import('./model.js').Tag} tag @param {import('./group_curves.js').Picture} of @returns {Promise<number>} */
  function loadTag(tag, of) {
    const tell = { cursor: ctx.live.cursor, abort: leaving.signal };
    const { groups } = ctx.runs;
    const runs = () => curvesOf(tag).load(shown(tag), of, { of: tag.runs.length, ...tell });
    if (!groups.groups.value) return runs();
    const later = groupsOf(tag).load(groupsIn(tag, groups).map((group) => ({ id: group.id, members: groups.members(group) })), of, tell);
    return shared.settings().members ? Promise.all([later, runs()]).then((both) => Math.min(...both)) : later;
  }
  /** One curve for each group; what was drawn stays until all are known. */
  function drawGroups() {
    const settings = shared.settings();
    const { groups } = ctx.runs;
    const looks = looksOf(card.tags);
    const some = card.tags.map((tag) => ({ known: groupsOf(tag).known, wanted: groupsIn(tag, groups) }));
    if (groups.groups.value?.waiting || some.some(({ known, wanted }) => wanted.some(({ id }) => !known.has(id)))) return;
    const count = groups.groups.value?.list.length ?? 0;
    const found = some.flatMap(({ known, wanted }, i) => groupLines(known, wanted, settings, ctx.runs.style, looks[i], { now: Date.now() / 1000, place: i * count }));
    const ends = found.flatMap(({ group }) => group.extent ?? []);
    const extent = /** @type {Pair | null} */ (ends.length ? [Math.min(...ends), Math.max(...ends)] : null);
    const runs = !settings.members ? [] : card.tags.flatMap((tag, i) => lines(curvesOf(tag).known, shown(tag), settings, ctx.runs.style, looks[i]));
    present(found, { places: count * card.tags.length, extent, boundaries: [], label: () => describeGroups(title, found) }, memberLines(runs, groups.groupOf, ctx.runs.style));
  }
  /** What the picture depends on besides settings: objects that are others when it changes. */
  function seenNow() {
    return [ctx.runs.shown.value, ctx.runs.groups.groups.value, ...card.tags.map((tag) => curvesOf(tag).known)];
  }
  /** Whether what is known was drawn already: it was whole, as curves are that have few points. */
  function isDrawn() {
    return model !== null && !ctx.runs.groups.groups.value && seenNow().every((one, i) => one === of[i]);
  }
  /** The picture was the exact one. */
  function confirm() {
    tell();
    if (chart.isDrawn) shared.drawn(card.key);
  }
  function draw() {
    if (ctx.runs.groups.groups.value) {
      drawGroups();
      return;
    }
    const settings = shared.settings();
    const looks = looksIn(card);
    const some = parts();
    if (some.some(({ known, runs }) => runs.some((id) => !isDrawable(known.get(id), settings)))) return; // the old axis stays until the new one is here
    const base = baseOf(some, settings);
    const more = { now: Date.now() / 1000, base };
    const { places, of } = numbered(card.tags);
    const found = withMargins(some.map(({ known, runs }, i) => lines(known, runs, settings, ctx.runs.style, looks[i], { ...more, places: places[i] })), card.tags, card.margins);
    present(found, {
      places: of, extent: base ? extentOfDrawn(found) : extentOf(some), label: () => describe(title, found),
      boundaries: settings.boundaries ? [...restarts(found), ...damaged(found, shared.damage.of, settings.axis, base)] : [],
    });
  }
  /** @param {import('./model.js').Drawn[]} found @param {Pick<import('../../charts/line_chart.js').Model, 'places' | 'extent' | 'boundaries' | 'label'>} about @param {import('./model.js').Drawn[]} [behind] */
  function present(found, about, behind = []) {
    const settings = shared.settings();
    drawn = found;
    of = seenNow();
    pictured = JSON.stringify([settings, ctx.runs.shown.value.size]);
    const { x, y, pins } = view();
    nameLines(drawn.map(({ label, id }) => label ?? id));
    const digits = Math.min(6, digitsOf(drawn[0]?.raw ?? []));
    model = {
      lines: behind.length ? [...behind, ...drawn] : drawn, axis: settings.axis, log: settings.log, logX: settings.logX, range: x, ...about,
      limits: [y[0] ?? settings.limits[0], y[1] ?? settings.limits[1]], aside: settings.aside, extremes: settings.extremes,
      pins, format: (value) => formatValue(value, digits), highlight: highlight.value, cursor: cursor.value, ...holding(),
    };
    frame.arrived(drawn.length || !whole ? '' : say(card.tags.length ? 'card.empty' : 'card.untagged'));
    frame.show(x !== null, y);
    chart.update(model);
    showPins(frame.pins, drawn, pins, settings, () => see({ pins: [] }));
    tell();
    if (!table.hidden) fillTable(table, drawn, settings);
  }
  /** Curves are asked for as many pixels as they will have beside their names; those that are drawn in the end have the last word. */
  function expectNames() {
    if (ctx.runs.groups.groups.value) return;
    const many = card.tags.reduce((sum, tag) => sum + shown(tag).length, 0) > MOST_NAMES;
    const labels = many ? [] : card.tags.flatMap((tag, i) => (isBorder(tag, card) ? [] : shown(tag).map((id) => labelOf(id, looksIn(card)[i]))));
    const text = JSON.stringify([labels, shared.settings().names]);
    if (text === expected) return;
    expected = text;
    nameLines(labels);
  }
  /** Leaves room for the names at the ends of lines. @param {string[]} labels */
  function nameLines(labels) {
    const names = new Set(labels);
    chart.names(shared.settings().names && names.size <= MOST_NAMES ? [...names] : []);
  }
  /** @param {ReturnType<typeof parts>} some @returns {Pair | null} */
  function extentOf(some) {
    const bounds = some.map(({ known, runs }) => boundsOf(known, runs, { ...picture(), range: null })).filter((each) => each !== null);
    return bounds.length ? [Math.min(...bounds.map(([low]) => low)), Math.max(...bounds.map(([, high]) => high))] : null;
  }
  /** @param {import('./model.js').Drawn[]} found @returns {Pair} */
  function extentOfDrawn(found) {
    const ends = found.flatMap(({ x }) => [x[0], x[x.length - 1]]);
    return [Math.min(...ends), Math.max(...ends)];
  }
  /** The axes stay while a person points at the chart, though new points come. */
  function holding() {
    return !held || performance.now() > held.until || held.of !== pictured || view().x ? {} : { extent: held.extent, limits: held.limits };
  }
  /** Writes the head and the foot, when there is time. */
  function tell() {
    stopTelling?.();
    stopTelling = whenIdle(write);
  }
  function write() {
    const { x } = view();
    outside = chart.view?.outside ?? 0;
    frame.head(headNotes(drawn, { parts: ctx.runs.groups.groups.value ? [] : parts(), settings: shared.settings(), outside, change: shared.change, jump }), held !== null);
    frame.foot(freshness(drawn, Date.now() / 1000), drawn.length ? pointsNote(pointsOf(drawn, x), x !== null, whole, baseOf(parts(), shared.settings())) : null);
  }
  /** What is told of a place that is out of sight now is told no more. */
  function outOfSight() {
    const { value } = cursor;
    if (!pointing || value === null || !chart.view) return;
    const [low, high] = chart.view.x.domain;
    if (value < low || value > high) pointed(null);
  }
  /** Says, to whoever measures, that the card is drawn, and which newer steps are on the screen now. */
  function mark() {
    outOfSight();
    if (chart.view && chart.view.outside !== outside) tell();
    /** @type {[string, number][]} */
    const fresh = [];
    for (const { key, id, curve } of drawn) {
      const newest = curve.steps[curve.steps.length - 1];
      if (marked.get(key) === newest) continue;
      marked.set(key, newest);
      fresh.push([id, newest]);
    }
    if (!asking) shared.drawn(card.key);
    if (!fresh.length) return;
    performance.clearMarks(UPDATED);
    performance.mark(UPDATED, { detail: { tag: card.tags[0]?.tag ?? '', newest: fresh } });
  }
  /** @param {Pair | null} next null: everything @param {Pair} [values] of y */
  function zoom(next, values) {
    held = null;
    see({ x: next, ...(values ? { y: values } : next === null ? { y: EVERYTHING.y } : {}) });
  }
  /** Draws what is known at once, and again what the server makes of it. */
  function change() {
    whole = false;
    draw();
    settle(SETTLE);
  }
  /** Draws the runs that are shown now: at once where all are known, else when they have come. */
  function show() {
    if (ctx.runs.groups.groups.value || card.tags.every((tag) => shown(tag).every((id) => curvesOf(tag).known.has(id)))) draw();
    load();
  }
  /** @param {number} wait milliseconds */
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(load, wait);
  }
  /** @param {number | null} x @param {PointerEvent} [event] */
  function pointed(x, event) {
    pointing = x !== null;
    cursor.value = x;
    if (x === null || !event) tooltip.hide();
    if (x === null) release();
    else {
      if (chart.view) held = { until: performance.now() + HOLD, of: pictured, extent: model?.extent ?? null, limits: chart.view.y.domain };
      if (event) tip(x, event.clientX, event.clientY);
    }
  }
  function release() {
    if (!held) return;
    held = null;
    draw();
  }
  /** @param {number} direction */
  function step(direction) {
    const line = drawn[0];
    if (!line) return;
    const at = cursor.value === null ? line.x.length - 1 : nearest(line.x, cursor.value) + direction;
    goTo(line.x[Math.max(0, Math.min(line.x.length - 1, at))]);
  }
  /** Puts the crosshair at x. @param {number} x */
  function goTo(x) {
    pointing = true;
    cursor.value = x;
    const box = body.getBoundingClientRect();
    const at = chart.view?.x.toPixel(x) ?? box.width / 2;
    tip(x, box.left + Math.min(Math.max(at, 0), box.width), box.top + 40);
  }
  /** @param {number} x @param {number} clientX @param {number} clientY */
  function tip(x, clientX, clientY) {
    const hits = chart.hits(x, clientY);
    const { heads, rows, more } = rowsOf(hits, shared.settings());
    const boundary = chart.boundary(x);
    tooltip.show(heads, rows, { x: clientX, y: clientY }, { more, notes: boundary ? [boundary.text] : [] });
  }
  /** Pins a cursor, or takes it away. @param {number} x @param {number} reach */
  function pin(x, reach) {
    const { pins } = view();
    const same = pins.findIndex((other) => Math.abs(other - x) <= reach);
    if (same >= 0) see({ pins: pins.filter((_, i) => i !== same) });
    else see({ pins: pins.length < 2 ? [...pins, x] : [pins[0], x] });
  }
  /** Goes to the first value that is not finite. */
  function jump() {
    const first = firstNotFinite(drawn);
    if (!first || !model?.extent) return;
    const { extent, logX } = model;
    const half = (extent[1] - extent[0]) / AROUND / 2;
    if (half > 0) zoom(logX ? [first.x / 1.2, first.x * 1.2] : [Math.max(extent[0], first.x - half), Math.min(extent[1], first.x + half)]);
    chart.focus();
    requestAnimationFrame(() => requestAnimationFrame(() => goTo(first.x)));
  }
  /** @type {Record<string, () => void>} */
  const keys = {
    Escape: () => (view().pins.length ? see({ pins: [] }) : zoom(null)),
    Enter: widen,
    f: () => full(element),
    n: jump,
    t: toggleTable,
    p: () => cursor.value !== null && pin(cursor.value, 0),
    o: () => shared.change('outliers', shared.settings().aside ? null : 'aside'),
    l: () => shared.change('y', shared.settings().log ? null : 'log'),
  };
  /** @param {string} key */
  function pressed(key) {
    if (!(key in keys)) return false;
    keys[key]();
    return true;
  }
  const spoken = createSpoken(ctx.api, leaving.signal);
  table.before(spoken.element);
  body.addEventListener('focusin', (event) => {
    if (/** @type {Element} */ (event.target).matches('canvas:focus-visible')) spoken.tell(card.tags, shown);
  });
  table.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !TABLE_KEYS.includes(event.key) || !pressed(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  function widen() {
    shared.widen(card, !card.wide);
  }
  function toggleTable() {
    const had = element.contains(document.activeElement) && (body.contains(document.activeElement) || document.activeElement === table);
    kept.table = frame.toggleTable();
    spoken.show(kept.table);
    if (kept.table) spoken.tell(card.tags, shown);
    if (kept.table) fillTable(table, drawn, shared.settings());
    if (!had) return; // keys go on where they went
    if (kept.table) table.focus({ preventScroll: true });
    else chart.focus();
  }
  /** Looks at the clock: a run may have ended, and what was held behind the pointer is let go. */
  function wake() {
    if (document.hidden || !drawn.length) return;
    if (held && performance.now() > held.until) release();
    else if (drawn.some((line) => line.alive)) draw();
    else frame.foot(freshness(drawn, Date.now() / 1000), null);
  }
  const ticking = setInterval(wake, TICK);
  const stops = [
    cursor.subscribe((value) => model && chart.update((model = { ...model, cursor: value }))),
    highlight.subscribe((value) => model && chart.update((model = { ...model, highlight: value }))),
    ctx.runs.styles.subscribe(draw), views.subscribe(change),
  ];
  if (ctx.runs.groups.groups.value || card.tags.some((tag) => curvesOf(tag).known.size)) draw();
  return {
    element,
    draw: change,
    show,
    placed: chart.measure,
    load,
    /** Other groups, or none: what is known of those is asked for. */
    regroup() {
      draw();
      load();
    },
    isSeen: () => shared.isSeen(card.key),
    /** @param {Card} next */
    update(next) {
      card = next;
      frame.place(card);
      load();
    },
    /** Brings what a move touches. @param {import('../../lib/move.js').Move} move */
    follow(move) {
      const { over } = shared.settings();
      for (const tag of card.tags) {
        const runs = touched(move, tag.tag, over, ctx.runs.ids, ctx.runs.cursor);
        const drawnOf = ctx.runs.groups.groups.value ? tag.runs : shown(tag);
        if (!runs || drawnOf.some((id) => runs.has(id))) return load();
      }
    },
    destroy() {
      gone = true;
      leaving.abort();
      clearTimeout(settling);
      stopTelling?.();
      clearInterval(ticking);
      stops.forEach((stop) => stop());
      chart.destroy();
    },
  };
}
