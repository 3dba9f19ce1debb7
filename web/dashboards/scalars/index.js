// The Scalars dashboard: runs and settings on the left, a card for each tag.

import { fill, h } from '../../lib/dom.js';
import { isAtLeast, withVersion } from '../../lib/move.js';
import { signal } from '../../lib/signal.js';
import { emptyState, errorState } from '../../ui/empty.js';
import { compile, createRunList } from '../../ui/run_list.js';
import { createTooltip } from '../../ui/tooltip.js';
import { createCard } from './card.js';
import { createControls } from './controls.js';
import { groupTags, readSettings } from './model.js';

const EXAMPLE = (/** @type {string} */ folder) => `from neuronboard import SummaryWriter

with SummaryWriter(${JSON.stringify(folder)}) as writer:
    writer.add_scalar("loss", 0.5, 0)`;

/**
 * @param {HTMLElement} host
 * @param {import('../../app/types.js').Context} ctx
 */
export function mount(host, ctx) {
  const cursor = signal(/** @type {number | null} */ (null));
  const highlight = signal(/** @type {string | null} */ (null));
  const tooltip = createTooltip();
  /** @type {Set<string>} */
  const near = new Set();
  const shared = { ctx, cursor, highlight, tooltip, settings: () => readSettings((key) => ctx.state.get(key)), change, seen };
  const controls = createControls(ctx, change);
  const runList = createRunList(ctx, (id) => (highlight.value = id));
  const filter = h('input', {
    type: 'search', class: 'tag-filter', placeholder: 'Filter tags (regex)', 'aria-label': 'Filter tags', 'data-filter': '',
    value: ctx.state.get('tags') ?? '', oninput: () => { ctx.state.set('tags', filter.value); arrange(); },
  });
  const matches = h('span', { class: 'faint', role: 'status' });
  const content = h('div', { class: 'cards' });
  host.append(h('div', { class: 'split' },
    h('aside', null, controls.element, runList.element),
    h('div', { class: 'content' }, h('div', { class: 'bar' }, filter, matches), content)));

  /** @type {Map<string, ReturnType<typeof createCard>>} */
  const cards = new Map();
  /** @type {import('./model.js').Tag[]} */
  let tags = [];
  let arranged = '';
  let held = '';

  /** @param {string} key @param {string | null} value */
  function change(key, value) {
    ctx.state.set(key, value);
    controls.show();
    cards.forEach((card) => card.draw());
  }
  /** Says which cards are near the screen: the server tells of those. @param {string} tag @param {boolean} is */
  function seen(tag, is) {
    if (is === near.has(tag)) return;
    if (is) near.add(tag);
    else near.delete(tag);
    ctx.live.show([...near]);
  }
  /** @param {import('../../lib/move.js').Move} move */
  function moved(move) {
    cards.forEach((card) => card.follow(move));
    if (move.isOld('tags', held)) refresh();
  }
  async function refresh() {
    const { cursor: told } = ctx.live;
    try {
      const answer = await ctx.api.get('api/scalars/tags');
      const next = withVersion(told, answer.version);
      if (isAtLeast(held, next) && held !== next) return; // a later answer overtook this one
      tags = answer.tags;
      held = next;
    } catch (error) {
      if (!cards.size) fill(content, errorState(/** @type {Error} */ (error).message, refresh));
      return;
    }
    for (const tag of tags) {
      const card = cards.get(tag.tag);
      if (card) card.update(tag);
      else cards.set(tag.tag, createCard(tag, shared));
    }
    arrange();
  }
  function arrange() {
    const pattern = compile(filter.value);
    filter.classList.toggle('invalid', !pattern);
    const groups = groupTags(tags, pattern ?? /$/);
    const found = groups.reduce((sum, group) => sum + group.tags.length, 0);
    matches.textContent = pattern ? (filter.value ? `${found} of ${tags.length} tags` : '') : 'not a regular expression';
    const key = JSON.stringify([groups.map((group) => group.tags.map((tag) => tag.tag)), tags.length ? '' : ctx.status.value.phase]);
    if (key === arranged) return;
    arranged = key;
    if (!tags.length) fill(content, emptyState(ctx.status.value, 'scalars', EXAMPLE));
    else if (!found) fill(content, h('section', { class: 'empty' }, h('h1', null, 'No tag matches the filter'), h('p', null, h('code', null, filter.value))));
    else fill(content, groups.map(section));
  }
  /** @param {import('./model.js').Group} group */
  function section(group) {
    const grid = h('div', { class: 'grid' }, group.tags.map((tag) => cards.get(tag.tag)?.element));
    if (!group.name) return grid;
    return h('details', { class: 'group', open: true },
      h('summary', null, h('h2', null, group.name), h('span', { class: 'faint' }, ` ${group.tags.length}`)), grid);
  }
  const stops = [ctx.live.subscribe(moved), ctx.status.subscribe(() => tags.length || arrange())];
  refresh();
  return {
    destroy() {
      stops.forEach((stop) => stop());
      ctx.live.show([]);
      cards.forEach((card) => card.destroy());
      runList.destroy();
      tooltip.destroy();
      host.replaceChildren();
    },
  };
}
