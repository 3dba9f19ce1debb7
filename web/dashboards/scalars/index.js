// The Scalars dashboard: runs and settings on the left, the cards of the tags under their headings.

import { fill, h } from '../../lib/dom.js';
import { counted, formatStep } from '../../lib/format.js';
import { isAtLeast, withVersion } from '../../lib/move.js';
import { signal } from '../../lib/signal.js';
import { emptyState, errorState } from '../../ui/empty.js';
import { createRunList } from '../../ui/run_list.js';
import { createTooltip } from '../../ui/tooltip.js';
import { createCard } from './card.js';
import { arranged, readChoice, reused, tagsFrom, withKey } from './cards.js';
import { createControls } from './controls.js';
import { createDamage } from './damage.js';
import { createFeed } from './feed.js';
import { createGrid } from './grid.js';
import { createMarks } from './marks.js';
import { readSettings } from './settings.js';
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
  const feed = createFeed(ctx.api);
  const marks = createMarks();
  const damage = createDamage(ctx, () => cards().forEach((card) => card.draw()));
  const views = createViews(ctx.state);
  const settings = () => readSettings((key) => ctx.state.get(key));
  /** @type {Map<string, import('./card.js').Kept>} */
  const kept = new Map();
  const shared = {
    ctx, cursor, highlight, tooltip, settings, change, views, damage, zoomed: () => cards().forEach((card) => card.draw()),
    curvesOf: feed.of, keptOf, drawn: marks.drawn, edit: () => {},
    pin: (/** @type {Card} */ card, /** @type {boolean} */ is) => choose('pins', written(withKey(choice().pins, card.key, is))),
    widen: (/** @type {Card} */ card, /** @type {boolean} */ is) => choose('wide', written(withKey(choice().wide, card.key, is))),
  };
  const controls = createControls(ctx, change);
  const runList = createRunList(ctx, (id) => (highlight.value = id));
  const filter = h('input', {
    type: 'search', class: 'tag-filter', placeholder: 'Search tags', 'aria-label': 'Search tags', 'data-filter': '',
    value: ctx.state.get('tags') ?? '', oninput: () => choose('tags', filter.value),
  });
  const regex = h('button', {
    type: 'button', class: 'quiet', title: 'Regular expression', 'aria-label': 'Regular expression',
    onclick: () => choose('match', choice().regex ? null : 'regex'),
  }, '.*');
  const matches = h('span', { class: 'faint', role: 'status' });
  const grid = createGrid({ make, onWindow });
  const content = h('div', { class: 'content' });
  host.append(h('div', { class: 'split' }, h('aside', null, controls.element, runList.element), content));
  const bar = h('div', { class: 'bar' }, filter, regex, matches);

  /** @type {import('./model.js').Tag[]} */
  let tags = [];
  /** @type {Map<string, Item>} */
  let items = new Map();
  let held = '';
  /** @type {Set<string>} */
  let near = new Set();

  const choice = () => readChoice((key) => ctx.state.get(key));
  /** @param {string} key */
  function keptOf(key) {
    const known = kept.get(key) ?? { table: false, marked: new Map() };
    kept.set(key, known);
    return known;
  }
  /** @returns {CardPart[]} */
  const cards = () => [...grid.parts()].filter(({ item }) => item.kind === 'card').map((part) => /** @type {any} */ (part));

  /** A setting of the charts. @param {string} key @param {string | null} value */
  function change(key, value) {
    ctx.state.set(key, value);
    controls.show();
    tellLive();
    marks.begin(true);
    cards().forEach((card) => card.draw());
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
    return item.kind === 'head' ? head(item) : line(item);
  }
  /** @param {Item[]} some @returns {Set<string>} */
  const keysOf = (some) => new Set(some.filter(({ kind }) => kind === 'card').map(({ key }) => key));
  /** Says which tags are near the screen: the server tells of those. @param {Item[]} items @param {Item[]} visible */
  function onWindow(items, visible) {
    marks.window(keysOf(items), keysOf(visible));
    const shown = new Set(items.flatMap((item) => (item.kind === 'card' ? item.tags.map(({ tag }) => tag) : [])));
    if (shown.size === near.size && [...shown].every((tag) => near.has(tag))) return;
    near = shown;
    tellLive();
    feed.trim(shown);
  }
  /** @param {import('./cards.js').Head} item */
  function head(item) {
    const name = h('h2', null, item.name);
    const count = h('span', { class: 'faint' }, formatStep(item.count));
    if (!item.path) return { element: h('div', { class: 'group' }, name, count) };
    const fold = () => {
      const folds = writtenFolds(toggled(choice().folds, item.path, !item.open));
      for (const [key, value] of Object.entries(folds)) choose(key, value);
    };
    const button = h('button', { type: 'button', class: 'quiet fold', title: item.path, onclick: fold }, name, count);
    const show = () => button.setAttribute('aria-expanded', String(item.open));
    show();
    return {
      element: h('div', { class: 'group', style: { paddingLeft: `${(item.depth - 1) * 18}px` } }, button),
      update(/** @type {import('./cards.js').Head} */ next) {
        item = next;
        count.textContent = formatStep(item.count);
        show();
      },
    };
  }
  /** @param {import('./cards.js').Line} item */
  function line({ aside }) {
    return { element: h('p', { class: 'faint aside-line' },
      `${counted(aside, 'card')} without data in the shown runs ${aside === 1 ? 'is' : 'are'} left out. `,
      h('button', { type: 'button', class: 'quiet', onclick: () => choose('empty', 'shown') }, 'Show')) };
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
  }
  async function refresh() {
    const { cursor: told } = ctx.live;
    try {
      const answer = await ctx.api.get('api/scalars/tags', { runs: 'numbers' });
      const next = withVersion(told, answer.version);
      if (isAtLeast(held, next) && held !== next) return; // a later answer overtook this one
      tags = tagsFrom(answer);
      held = next;
      controls.tags(tags.map((tag) => tag.tag));
    } catch (error) {
      if (!tags.length) fill(content, errorState(/** @type {Error} */ (error).message, refresh));
      return;
    }
    arrange();
  }
  function arrange() {
    if (!tags.length) {
      fill(content, emptyState(ctx.status.value, 'scalars', EXAMPLE));
      return;
    }
    const wanted = choice();
    const shown = ctx.runs.shown.value;
    const { items: listed, found, error } = arranged(tags, wanted, (tag) => tag.runs.some((id) => shown.has(id)));
    filter.classList.toggle('invalid', error !== '');
    regex.setAttribute('aria-pressed', String(wanted.regex));
    matches.textContent = error || (wanted.text ? `${formatStep(found)} of ${counted(tags.length, 'tag')}` : '');
    if (grid.element.parentElement !== content) fill(content, bar, grid.element);
    const next = reused(items, listed);
    items = new Map(next.map((item) => [item.key, item]));
    grid.update(next);
  }
  const stops = [
    ctx.live.subscribe(moved), ctx.status.subscribe(() => tags.length || arrange()),
    ctx.runs.shown.subscribe(() => {
      marks.begin(true);
      arrange();
      cards().forEach((card) => card.load());
    }),
  ];
  refresh();
  return {
    destroy() {
      stops.forEach((stop) => stop());
      ctx.live.show([]);
      grid.destroy();
      runList.destroy();
      tooltip.destroy();
      views.destroy();
      damage.destroy();
      host.replaceChildren();
    },
  };
}
