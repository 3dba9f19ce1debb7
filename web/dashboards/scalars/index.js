// The Scalars dashboard: runs and settings on the left, the cards of the tags under their headings.

import { spread } from '../../charts/frames.js';
import { fill, h } from '../../lib/dom.js';
import { isAtLeast, withVersion } from '../../lib/move.js';
import { signal } from '../../lib/signal.js';
import { say } from '../../lib/say.js';
import { emptyState, errorState, noneState } from '../../ui/empty.js';
import { createRunList } from '../../ui/run_list.js';
import { createTooltip } from '../../ui/tooltip.js';
import { createCard } from './card.js';
import { scalarCommands } from './commands.js';
import { createBar } from './bar.js';
import { arranged, keyOfOwn, readChoice, reused, tagsFrom, withKey, withOwn } from './cards.js';
import { createCompare } from './compare.js';
import { createControls } from './controls.js';
import { createDamage } from './damage.js';
import { createExportMenu, selectionOf } from './export_menu.js';
import { createFeed } from './feed.js';
import { createGrid } from './grid.js';
import { createHeading, createLine } from './headings.js';
import { createMarks } from './marks.js';
import { createOwnCard } from './own_card.js';
import { axisKey, readSettings } from './settings.js';
import { toggled, written, writtenFolds } from './tree.js';
import { createViews } from './views.js';

const EXAMPLE = (/** @type {string} */ folder) => `from neuronboard import SummaryWriter

with SummaryWriter(${JSON.stringify(folder)}) as writer:
    writer.add_scalar("loss", 0.5, 0)`;

/**
 * @typedef {import('./cards.js').Item} Item
 * @typedef {import('./cards.js').Card} Card
 * @typedef {ReturnType<typeof createCard>} CardPart
 */

/**
 * @param {HTMLElement} host
 * @param {import('../../app/types.js').Context} ctx
 */
export function mount(host, ctx) {
  const cursor = signal(/** @type {number | null} */ (null));
  const highlight = signal(/** @type {string | null} */ (null));
  const tooltip = createTooltip();
  const feed = createFeed(ctx.api, (tag) => seen.has(tag), undefined, ctx.runs.groups);
  const marks = createMarks();
  const damage = createDamage(ctx, () => cards().forEach((card) => card.draw()));
  const views = createViews(ctx.state);
  const settings = () => readSettings((key) => ctx.state.get(key));
  /** @type {Map<string, import('./card.js').Kept>} */
  const kept = new Map();
  const shared = {
    ctx, cursor, highlight, tooltip, settings, change, views, damage, zoomed: () => cards().forEach((card) => card.draw()),
    curvesOf: feed.of, groupsOf: feed.ofGroups, keptOf, drawn: marks.drawn, isSeen: (/** @type {string} */ key) => seen.has(key), edit: (/** @type {Card} */ card) => dialog.open(card.own), resize: arrange,
    pin: (/** @type {Card} */ card, /** @type {boolean} */ is) => choose('pins', written(withKey(choice().pins, card.key, is))),
    widen: (/** @type {Card} */ card, /** @type {boolean} */ is) => choose('wide', written(withKey(choice().wide, card.key, is))),
  };
  const controls = createControls(ctx, change);
  const runList = createRunList(ctx, lift);
  const grid = createGrid({ make, onWindow });
  const state = h('div', null);
  const content = h('div', { class: 'content' });
  const narrow = matchMedia('(max-width: 760px)');
  const folded = h('details', { class: 'settings', open: !narrow.matches }, h('summary', null, say('settings')), controls.element);
  narrow.addEventListener('change', () => (folded.open = !narrow.matches));
  const aside = h('aside', null, folded, runList.element);
  const dialog = createOwnCard(() => tags, () => choice().own, saveOwn);
  host.append(h('div', { class: 'split' }, aside, content), dialog.element);

  /** @type {import('./model.js').Tag[]} */
  let tags = [];
  let names = /** @type {string[]} */ ([]);
  /** @type {Map<string, Item>} */
  let items = new Map();
  let held = '';
  /** What the log asks for. @type {import('./cards.js').Category[]} */
  let layout = [];
  let heldLayout = '';
  /** @type {string | null} the run in the list that the pointer is on */
  let pointedAt = null;
  /** @type {Set<string>} tags of the cards near the screen */
  let near = new Set();
  /** @type {Set<string>} those on it, and the keys of their cards */
  let seen = new Set();
  /** @type {(() => void)[]} */
  let redrawing = [];

  const choice = () => readChoice((key) => ctx.state.get(key));
  const bar = createBar(choice(), choose, () => dialog.open(null), () => compare.toggle(),
    createExportMenu(ctx, () => selectionOf(tags, choice(), ctx.runs.shown.value)));
  const compare = createCompare(ctx, () => names);
  /** @param {string} key */
  function keptOf(key) {
    const known = kept.get(key) ?? { table: false, marked: new Map() };
    kept.set(key, known);
    return known;
  }
  /** @returns {CardPart[]} */
  const cards = () => [...grid.parts()].filter(({ item }) => item.kind === 'card').map((part) => /** @type {any} */ (part));

  /** Lifts a run out of the others; one that is not drawn would only make them all fade. @param {string | null} id */
  function lift(id) {
    pointedAt = id;
    highlight.value = id !== null && ctx.runs.groups.isDrawn(id) ? id : null;
  }
  /** A setting of the charts. @param {string} key @param {string | null} value */
  function change(key, value) {
    ctx.state.set(key, value);
    controls.show();
    if (key === 'axis' || key === 'over') arrange(); // pinned cursors belong to an axis, and need room
    tellLive();
    marks.begin(true);
    each((card) => card.draw());
  }
  /** Does something with every card, over some frames, and with those on the screen first. @param {(card: CardPart) => void} act */
  function each(act) {
    redrawing.forEach((stop) => stop());
    redrawing = cards().map((card) => spread(() => (act(card), true), card.isSeen() ? 'now' : 'near'));
  }
  /** What of the cards is shown. @param {string} key @param {string | null} value */
  function choose(key, value) {
    ctx.state.set(key, value);
    marks.begin(false);
    arrange();
  }
  /** @param {Item} item */
  function make(item) {
    if (item.kind === 'card') return createCard(item, shared);
    return item.kind === 'head' ? createHeading(item, fold) : createLine(item, (is) => choose('empty', is ? 'shown' : null));
  }
  /** @param {Item[]} some @returns {Set<string>} */
  const keysOf = (some) => new Set(some.filter(({ kind }) => kind === 'card').map(({ key }) => key));
  /** @param {Item[]} some */
  const tagsOf = (some) => some.flatMap((item) => (item.kind === 'card' ? item.tags.map(({ tag }) => tag) : []));
  /** Says which tags are near the screen: the server tells of those. @param {Item[]} items @param {Item[]} visible */
  function onWindow(items, visible) {
    marks.window(keysOf(items), keysOf(visible));
    seen = new Set([...tagsOf(visible), ...keysOf(visible)]);
    const shown = new Set(tagsOf(items));
    if (shown.size === near.size && [...shown].every((tag) => near.has(tag))) return;
    near = shown;
    tellLive();
    feed.trim(shown);
  }
  /** @param {string} path @param {boolean} open */
  function fold(path, open) {
    const folds = writtenFolds(toggled(choice().folds, path, open));
    for (const [key, value] of Object.entries(folds)) choose(key, value);
  }
  /** @param {import('./cards.js').Own | null} before @param {import('./cards.js').Own | null} after */
  function saveOwn(before, after) {
    const { pins } = choice();
    const list = withOwn(choice().own, before, after);
    if (before && pins.includes(keyOfOwn(before))) {
      choose('pins', written(pins.flatMap((key) => (key !== keyOfOwn(before) ? key : after ? keyOfOwn(after) : []))));
    }
    choose('cards', list.length ? JSON.stringify(list) : null);
  }
  function tellLive() {
    const { over } = settings();
    ctx.live.show(over ? [...new Set([...near, over])] : [...near]);
  }
  /** @param {import('../../lib/move.js').Move} move */
  function moved(move) {
    feed.follow(move, ctx.runs.ids, ctx.runs.cursor, settings().over);
    cards().forEach((card) => card.follow(move));
    if (move.isOld('tags', held)) refresh();
    if (move.isOld('others', heldLayout) || move.isOld('tags', heldLayout)) lay();
  }
  /** Asks for the charts that the log asks for, if it does. */
  async function lay() {
    if (!ctx.status.value.series.custom_scalars) return;
    heldLayout = ctx.live.cursor;
    try {
      ({ categories: layout } = await ctx.api.get('api/scalars/layout'));
    } catch {
      heldLayout = ''; // asked again with the next move; a server that is gone is told by the page
    }
    arrange();
  }
  async function refresh() {
    const { cursor: told } = ctx.live;
    try {
      const answer = await ctx.api.get('api/scalars/tags', { runs: 'numbers' });
      const next = withVersion(told, answer.version);
      if (isAtLeast(held, next) && held !== next) return; // a later answer overtook this one
      tags = tagsFrom(answer);
      held = next;
      names = tags.map(({ tag }) => tag);
      compare.update();
      controls.tags(tags.map((tag) => tag.tag));
    } catch (error) {
      if (!tags.length) fill(content, errorState(/** @type {Error} */ (error).message, refresh));
      return;
    }
    arrange();
  }
  function arrange() {
    aside.hidden = !tags.length;
    if (!tags.length) {
      fill(content, emptyState(ctx.status.value, say('empty.scalars'), EXAMPLE));
      return;
    }
    const wanted = { ...choice(), hasCursors };
    const shown = ctx.runs.shown.value;
    const { items: listed, ...told } = arranged(tags, wanted, (tag) => tag.runs.some((id) => shown.has(id)), layout);
    bar.show(wanted, { ...told, of: tags.length });
    if (grid.element.parentElement !== content) fill(content, bar.element, compare.element, state, grid.element);
    const none = nothing(wanted, told);
    fill(state, none);
    grid.element.hidden = none !== null;
    const next = none ? [] : reused(items, listed);
    items = new Map(next.map((item) => [item.key, item]));
    grid.update(next);
  }
  /** @param {string} key of a card */
  const hasCursors = (key) => views.get(key, axisKey(settings())).pins.length > 0;
  /** Why there is no card, and what to do about it. @param {import('./cards.js').Choice} wanted @param {{ found: number, error: string }} told */
  function nothing({ text }, { found, error }) {
    if (!found) {
      return noneState(say(error ? 'none.search' : 'none.tag'), error || say('none.tag.about', { tags: say('count.tag', { n: tags.length }), text }),
        say('none.search.clear'), () => choose('tags', null));
    }
    if (ctx.runs.shown.value.size || !ctx.runs.list.value.length) return null;
    const { matching } = ctx.runs.filter.value;
    if (matching?.size === 0) {
      return noneState(say('none.match'), say('none.match.about', { runs: say('count.run', { n: ctx.runs.list.value.length }), text: ctx.state.get('filter') ?? '' }),
        say('runs.clear'), () => ctx.runs.search('', ctx.state.get('filter_as')));
    }
    return noneState(say('none.run'), say('none.run.about', { runs: say('count.run', { n: ctx.runs.list.value.length }) }),
      say('none.run.all'), () => ctx.runs.show(new Set(ctx.runs.ids)));
  }
  const stops = [
    ctx.commands.add(scalarCommands({ ctx, settings, change, fold: bar.foldAll, smoothMore: controls.smoothMore, newCard: () => dialog.open(null), compare: compare.toggle })),
    ctx.live.subscribe(moved), ctx.status.subscribe((status) => {
      if (!tags.length) arrange();
      if (status.series.custom_scalars && !heldLayout) lay();
    }),
    views.subscribe(arrange),
    ctx.runs.shown.subscribe(() => {
      marks.begin(true);
      arrange();
      each((card) => card.show());
      lift(pointedAt); // behind them, so that both are one picture
    }),
    ctx.runs.groups.groups.subscribe(() => {
      lift(null);
      controls.show();
      cards().forEach((card) => card.regroup());
    }),
    ctx.runs.filter.subscribe(() => ctx.runs.groups.groups.value && cards().forEach((card) => card.load())),
  ];
  refresh();
  lay();
  return {
    /** Another URL of this dashboard was gone to. */
    arrive() {
      controls.show();
      tellLive();
      marks.begin(true);
      arrange();
      cards().forEach((card) => card.draw());
    },
    destroy() {
      [...stops, ...redrawing].forEach((stop) => stop());
      ctx.live.show([]);
      grid.destroy();
      runList.destroy();
      tooltip.destroy();
      views.destroy();
      compare.destroy();
      damage.destroy();
      host.replaceChildren();
    },
  };
}
