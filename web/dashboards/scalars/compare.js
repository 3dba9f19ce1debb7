// Groups, or runs, beside each other: a table of what tags came to, with intervals, and the difference to one
// of them. All of it lives in the URL; it stands above the cards while somebody looks at it.

import { fill, h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { openPopup } from '../../ui/popup.js';
import { runName } from '../../ui/run_name.js';
import { warning } from '../../ui/run_row.js';
import { swatch } from '../../ui/swatch.js';
import { MOST_ROWS, STATS, cellOf, nextSort, orderOf, readCompare, statOf, tagsOf } from './compare_model.js';
import { createPair } from './pair.js';

const PAUSE = 3000; // milliseconds between two questions while the log moves
const MOST_TAGS = 60; // that are listed

/**
 * @param {import('../../app/types.js').Context} ctx
 * @param {() => readonly string[]} tagsNow
 */
export function createCompare(ctx, tagsNow) {
  const { runs, state } = ctx;
  const choice = () => readCompare((key) => state.get(key));
  const stat = h('select', { 'aria-label': say('compare.stat'), onchange: () => state.set('compare', stat.value) }, STATS.map((value) => h('option', { value }, say(`compare.stat.${value}`))));
  const step = h('input', { type: 'number', class: 'limit', 'aria-label': say('compare.step'), placeholder: say('compare.step'), onchange: () => state.set('compare_at', step.value || null) });
  const tags = h('button', { type: 'button', class: 'quiet', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', onclick: chooseTags }, say('compare.tags'));
  const csv = h('a', { class: 'button quiet', download: 'compare.csv', title: say('compare.csv.about') }, say('compare.csv'));
  const said = h('p', { class: 'faint', role: 'status' });
  const table = h('div', { class: 'compare-table', tabIndex: 0, role: 'group', 'aria-label': say('compare.title') });
  const pair = createPair(ctx, () => subjects(), () => tagsOf(/** @type {any} */ (choice()), tagsNow()));
  const element = h('section', { class: 'compare', 'aria-label': say('compare.title') },
    h('header', null, h('h2', null, say('compare.title')), stat, step, tags, h('span', { class: 'grow' }), csv,
      h('button', { type: 'button', class: 'quiet', 'aria-label': say('compare.close'), title: say('compare.close'), onclick: () => state.set('compare', null) }, '✕')),
    table, said, pair.element);
  let asking = new AbortController();
  let scheduled = 0;
  let asked = '';
  /** @type {import('./compare_model.js').Columns[] | null} */
  let shown = null; // what was answered to `asked`, once it is
  let began = -PAUSE;

  /** @returns {import('./compare_model.js').Subject[]} */
  function subjects() {
    const { groups } = runs;
    if (groups.groups.value) return groups.drawn().map((group) => ({ id: group.id, label: group.label, members: groups.members(group), differs: group.differs })).filter(({ members }) => members.length);
    return runs.list.value.filter(({ id }) => runs.shown.value.has(id)).map(({ id }) => ({ id, label: runs.style(id).label, members: [id], differs: [] }));
  }
  /** Brings it up to date in the next frame. */
  function update() {
    cancelAnimationFrame(scheduled);
    scheduled = requestAnimationFrame(show);
  }
  function show() {
    const now = choice();
    element.hidden = now === null;
    if (!now || !tagsNow().length) return;
    stat.value = now.stat;
    step.hidden = now.stat !== 'at';
    if (document.activeElement !== step) step.value = now.step === null ? '' : String(now.step);
    pair.update();
    const some = subjects();
    if (!some.length || runs.groups.groups.value?.waiting) return tell(say('compare.none'));
    if (!tagsOf(now, tagsNow()).length) return tell(say('compare.tags.none'));
    if (now.stat === 'at' && now.step === null) return tell(say('compare.step.missing'));
    load(now, some.slice(0, MOST_ROWS), some.length);
  }
  /** @param {string} text instead of a table */
  function tell(text) {
    asked = '';
    asking.abort();
    csv.hidden = true;
    fill(table);
    said.textContent = text;
  }
  /** @param {import('./compare_model.js').Choice} now @param {import('./compare_model.js').Subject[]} some @param {number} all */
  async function load(now, some, all) {
    const names = tagsOf(now, tagsNow());
    const { of, text } = runs.groups.numbers();
    const base = some.findIndex(({ id }) => id === now.baseline);
    const question = {
      tag: names, group: some.map(({ members }) => text(members)), of, stat: names.map((tag) => statOf(now.stat, tag)), step: now.step, baseline: base < 0 ? null : base,
    };
    csv.hidden = false;
    csv.href = ctx.api.url('api/scalars/compare', { ...question, format: 'csv', label: some.map(({ label }) => label) });
    const key = JSON.stringify([question, ctx.live.cursor]);
    if (key === asked) return shown && draw(shown, now, some, all);
    asked = key;
    shown = null;
    began = performance.now();
    asking.abort();
    asking = new AbortController();
    try {
      const answer = await ctx.api.get('api/scalars/compare', question, asking.signal);
      shown = answer.tags;
      draw(answer.tags, now, some, all);
    } catch (error) {
      if (key !== asked) return; // another question was asked meanwhile
      const { status, message } = /** @type {import('../../app/api.js').ApiError} */ (error);
      if (status === 409) { // the list of runs has changed, and comes in a moment
        asked = '';
        return;
      }
      tell(message);
    }
  }
  /** @param {import('./compare_model.js').Columns[]} columns @param {import('./compare_model.js').Choice} now @param {import('./compare_model.js').Subject[]} some @param {number} all */
  function draw(columns, now, some, all) {
    const base = some.findIndex(({ id }) => id === now.baseline);
    const several = columns.some(({ runs: counts }) => counts.some((count) => count > 1));
    const sortButton = (/** @type {string} */ tag, /** @type {string} */ name) => h('button', { type: 'button', class: 'head-button', title: say('compare.sort', { tag }), onclick: () => state.set('compare_sort', nextSort(now.sort, tag) || null) },
      name, now.sort === tag ? ' ↑' : now.sort === `-${tag}` ? ' ↓' : '');
    const order = orderOf(columns, some.length, now.sort);
    const heads = [say(several ? 'compare.mean' : 'compare.value'), ...(several ? [say('compare.interval'), 'n'] : []), ...(base < 0 ? [] : [say('compare.difference')])];
    fill(table, h('table', null,
      h('thead', null,
        h('tr', null, h('td', null), h('td', { class: 'compare-name' }), columns.map(({ tag, stat: kind }) => h('th', { colSpan: heads.length, scope: 'colgroup', title: `${tag}: ${say(`compare.stat.${/** @type {'final'} */ (kind)}`)}` }, sortButton(tag, tag)))),
        h('tr', null, h('th', { title: say('compare.baseline.about') }, say('compare.baseline')), h('th', { class: 'compare-name' }, say(runs.groups.groups.value ? 'groups.one' : 'compare.run')),
          columns.flatMap(() => heads.map((head) => h('th', null, head))))),
      h('tbody', null, order.map((row) => h('tr', { class: row === base ? 'base' : null },
        h('td', null, h('input', { type: 'radio', name: 'baseline', checked: row === base, 'aria-label': say('compare.baseline.of', { name: some[row].label }), onclick: () => state.set('baseline', row === base ? null : some[row].id) })),
        h('td', { class: 'compare-name', title: some[row].label }, swatch(runs.style(some[row].id)), runName(some[row].label), flag(some[row].differs)),
        columns.flatMap((one) => cells(one, row, several, base)))))));
    table.style.setProperty('--names', `${/** @type {HTMLElement} */ (table.querySelector('.compare-name')).offsetWidth}px`);
    said.textContent = [
      all > some.length && say('compare.more', { n: all - some.length }), several && say('compare.about'), several && base >= 0 && say('compare.about.difference'),
    ].filter(Boolean).join(' ');
  }
  /** What runs of a group differ in beside their seeds. @param {readonly string[]} differs */
  function flag(differs) {
    const text = differs.length > 0 && say('groups.differ', { what: differs.join('; ') });
    return text && warning(' ≠', text);
  }
  /** @param {import('./compare_model.js').Columns} columns @param {number} row @param {boolean} several @param {number} base */
  function cells(columns, row, several, base) {
    const cell = cellOf(columns, row);
    const missing = cell.missing > 0 ? say('compare.missing', { n: cell.missing }) : null;
    return [
      h('td', { class: 'num', title: cell.steps && say('compare.at', { steps: cell.steps }) }, cell.mean),
      ...(several ? [h('td', { class: 'num faint' }, cell.interval), h('td', { class: `num${missing ? ' warn' : ''}`, title: missing }, cell.n)] : []),
      ...(base < 0 ? [] : [h('td', { class: `num${cell.sure ? ' sure' : ''}`, title: cell.freedom ? say('compare.freedom', { n: cell.freedom }) : null },
        cell.difference, cell.beside && h('span', { class: 'faint' }, ` ${cell.beside}`))]),
    ];
  }
  function chooseTags() {
    let text = '';
    const search = h('input', { type: 'search', placeholder: say('tags.search'), 'aria-label': say('tags.search'), oninput: () => {
      text = search.value;
      popup.redraw();
      search.focus();
    } });
    const popup = openPopup(tags, say('compare.tags'), (close) => {
      const now = choice();
      const chosen = now ? tagsOf(now, tagsNow()) : [];
      const found = tagsNow().filter((tag) => tag.toLowerCase().includes(text.trim().toLowerCase()));
      const flip = (/** @type {string} */ tag) => {
        const next = chosen.includes(tag) ? chosen.filter((one) => one !== tag) : [...chosen, tag];
        state.set('compare_tags', JSON.stringify(next)); // none is a choice, too
        popup.redraw();
      };
      return [search, ...found.slice(0, MOST_TAGS).map((tag) => h('label', { class: 'toggle' }, h('input', { type: 'checkbox', checked: chosen.includes(tag), 'aria-label': tag, onchange: () => flip(tag) }), h('span', null, tag))),
        h('div', { class: 'popup-foot' }, h('span', { class: 'faint' }, found.length > MOST_TAGS ? say('tip.more', { n: found.length - MOST_TAGS }) : ''), h('button', { type: 'button', onclick: close }, say('done')))];
    });
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  /** The log has moved. */
  function follow() {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      update();
    }, Math.max(0, began + PAUSE - performance.now()));
  }
  const stops = [
    state.subscribe(update), ctx.live.subscribe(follow), runs.shown.subscribe(update), runs.filter.subscribe(update), runs.groups.groups.subscribe(update), runs.styles.subscribe(update), runs.list.subscribe(update),
  ];
  element.hidden = true;
  update();
  return {
    element,
    update,
    /** Opens it, or closes it. */
    toggle: () => state.set('compare', choice() ? null : 'final'),
    destroy() {
      cancelAnimationFrame(scheduled);
      clearTimeout(waiting);
      asking.abort();
      pair.destroy();
      stops.forEach((stop) => stop());
    },
  };
}
