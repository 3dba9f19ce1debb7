// The runs beside the charts: filter, table, colours, and how wide it all is.

import { fill, h } from '../lib/dom.js';
import { formatStep, formatValue } from '../lib/format.js';
import { cellOf } from '../lib/grouping.js';
import { tagOf } from '../lib/column_keys.js';
import { say } from '../lib/say.js';
import { columnOf, columnsIn, fitting, nextSort, sortIn, usualColumns } from './run_columns.js';
import { createFilterBox } from './run_filter_box.js';
import { openColour, openColouring, openColumns, paramsOf } from './run_menus.js';
import { createGrouping } from './run_grouping.js';
import { groupRows, sortedRows, treeRows } from './run_rows.js';
import { createRunTable } from './run_table.js';
import { createWidth } from './run_width.js';
import { nameWidth } from './run_row.js';

const NAME = 132; // pixels that names keep while the table is narrow
const WIDE_NAME = [250, 520]; // at least and at most, as long as the names are
const MOST_LISTED = 8; // values of a colouring that are told one by one
const IDLE = 1500; // ms after which what is known of the runs is asked for, if nothing needs it before

/**
 * @param {import('../app/types.js').Context} ctx
 * @param {(id: string | null) => void} onHover
 */
export function createRunList(ctx, onHover) {
  const { runs, state } = ctx;
  let drawing = 0;
  const count = h('span', { class: 'faint run-total', role: 'status' });
  const filter = createFilterBox(ctx);
  const columns = h('button', { type: 'button', class: 'quiet', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', onclick: () => openColumns(columns, ctx, chosen, choose) }, say('runs.columns'));
  const colours = h('button', { type: 'button', class: 'quiet', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', onclick: () => openColouring(colours, ctx) }, say('runs.colours'));
  const grouping = createGrouping(ctx);
  const width = createWidth(state, draw);
  const notice = h('div', { class: 'run-notice' });
  const legend = h('div', { class: 'run-legend' });
  const empty = h('div', { class: 'run-empty faint' });
  const table = createRunTable(ctx, { onHover, fold, sortBy, chooseColour: (id, anchor) => openColour(anchor, ctx, id) });
  const element = h('section', { class: 'run-list', 'aria-label': say('runs.title') },
    h('div', { class: 'run-title' }, h('h2', null, say('runs.title')), count, h('span', { class: 'grow' }), width.button),
    h('div', { class: 'run-find' }, filter.input, filter.help), filter.taken,
    h('div', { class: 'run-tools' }, h('span', { class: 'grow' }), grouping.button, columns, colours), notice, legend, table.element, empty, width.handle);

  const wide = () => state.get('table') === 'wide';
  function chosen() {
    return columnsIn(state.get('columns')) ?? (wide() ? usualColumns(paramsOf(runs)) : []);
  }
  /** @param {string[] | null} keys */
  function choose(keys) {
    state.set('columns', keys && JSON.stringify(keys));
    draw();
  }
  /** @param {string} key */
  function sortBy(key) {
    state.set('sort', nextSort(state.get('sort'), key));
    draw();
  }
  /** @param {import('./run_rows.js').Row} row @param {boolean} open */
  function fold(row, open) {
    if (row.kind === 'group') {
      const opened = foldedIn(state.get('opened'));
      open ? opened.add(row.id) : opened.delete(row.id);
      state.set('opened', opened.size ? JSON.stringify([...opened]) : null);
    }
    if (row.kind === 'folder') foldPath(row.path, open);
    draw();
  }
  /** @param {string} path @param {boolean} open */
  function foldPath(path, open) {
    const folded = foldedIn(state.get('folded'));
    open ? folded.delete(path) : folded.add(path);
    state.set('folded', folded.size ? JSON.stringify([...folded]) : null);
  }
  function listed() {
    const { matching } = runs.filter.value;
    return matching ? runs.list.value.filter(({ id }) => matching.has(id)) : runs.list.value;
  }
  /** Pixels that names keep. @param {import('./run_rows.js').Row[]} rows */
  const roomOf = (rows) => (wide() ? Math.min(Math.max(nameWidth(rows), WIDE_NAME[0]), WIDE_NAME[1]) : NAME);
  /** What is drawn in one frame, however much has changed. */
  function draw() {
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(render);
  }
  function render() {
    const keys = chosen();
    const sort = sortIn(state.get('sort'));
    const all = keys.map(columnOf);
    const shown = wide() ? all : fitting(all, table.element.clientWidth, NAME);
    const needed = [...keys, ...(sort ? [sort.key] : [])];
    if (needed.length) runs.facts.want('table', needed.map(tagOf).filter((tag) => tag !== null));
    const { groups } = runs.groups;
    if (groups.value) {
      const rows = groupRows(groups.value.list, runs.groups.members, runs.find, foldedIn(state.get('opened')), sort && {
        descending: sort.descending,
        ofRun: (run) => runs.facts.value(/** @type {any} */ (run), sort.key),
        ofGroup: (group) => (sort.key === 'name' ? group.label : cellOf(runs.groups.members(group).map((id) => runs.facts.value(/** @type {any} */ (runs.find(id)), sort.key)), sort.key).value),
      });
      tell(groups.value.waiting ? 1 : rows.length);
      table.update({ rows, columns: shown, tree: true, name: roomOf(rows), sort });
      return;
    }
    const rows = sort ? sortedRows(listed(), (run) => runs.facts.value(/** @type {any} */ (run), sort.key), sort.descending)
      : treeRows(listed(), foldedIn(state.get('folded')));
    tell(rows.length);
    table.update({ rows, columns: shown, tree: !sort, name: roomOf(rows), sort });
  }
  /** @param {number} rows */
  function tell(rows) {
    const total = runs.list.value.length;
    const groups = runs.groups.groups.value;
    const shown = groups ? { n: runs.groups.drawn().length, all: groups.list.length } : { n: runs.shown.value.size, all: total };
    count.textContent = groups ? say('groups.shown', shown) : say('runs.shown', shown);
    count.title = groups ? say('groups.shown.about', shown) : say('runs.shown.about', shown);
    const few = runs.few.value;
    fill(notice, few > 0 && h('p', null, `${say('runs.few', { n: few, all: total })} `,
      h('button', { type: 'button', class: 'link', onclick: () => runs.show(new Set(runs.ids)) }, say('runs.all'))));
    table.element.hidden = rows === 0;
    fill(empty, rows === 0 && total > 0 && [h('p', null, say('runs.none.match')), h('button', { type: 'button', onclick: filter.clear }, say('runs.clear'))],
      rows === 0 && total === 0 && h('p', null, say('runs.none')));
  }
  function drawLegend() {
    const { colouring } = runs;
    const by = state.get('colour');
    if (!colouring.value || !by) {
      fill(legend);
      return;
    }
    const { entries, ordered } = colouring.value;
    const title = h('span', { class: 'legend-title' }, columnOf(by).title);
    const clear = h('button', { type: 'button', class: 'quiet', 'aria-label': say('colours.own'), title: say('colours.own'), onclick: () => runs.colourBy(null) }, '✕');
    const known = entries.filter(({ value }) => value !== null);
    if (ordered && known.length > MOST_LISTED) {
      const stops = known.map(({ color }) => color).join(', ');
      fill(legend, title, h('span', { class: 'legend-end' }, formatValue(Number(known[0].value))),
        h('span', { class: 'legend-scale', role: 'img', 'aria-label': say('colours.scale'), style: { background: `linear-gradient(to right, ${stops})` } }),
        h('span', { class: 'legend-end' }, formatValue(Number(known[known.length - 1].value))), clear);
      return;
    }
    const more = entries.length - MOST_LISTED;
    fill(legend, title, ...entries.slice(0, MOST_LISTED).map(({ label, color, count: n }) => h('span', { class: 'legend-entry', title: say('count.run', { n }) },
      h('span', { class: 'legend-dot', style: { background: color } }), label)), more > 0 && h('span', { class: 'faint' }, `+ ${formatStep(more)}`), clear);
  }
  let problems = ctx.status.value.problems;
  function damaged() {
    if (ctx.status.value.problems === problems) return;
    problems = ctx.status.value.problems;
    draw();
  }
  const idle = setTimeout(() => runs.facts.want('list', []), IDLE);
  const stops = [
    ...[runs.list, runs.selected, runs.shown, runs.filter, runs.styles, runs.facts.answer, runs.groups.groups].map((one) => /** @type {import('../lib/signal.js').Signal<any>} */ (one).subscribe(draw)),
    runs.colouring.subscribe(drawLegend), state.subscribe(draw), ctx.status.subscribe(damaged),
  ];
  const observer = new ResizeObserver(draw);
  observer.observe(table.element);
  drawLegend();
  draw();
  return {
    element,
    destroy() {
      clearTimeout(idle);
      cancelAnimationFrame(drawing);
      for (const who of ['list', 'table', 'menu']) runs.facts.want(who, null);
      stops.forEach((stop) => stop());
      observer.disconnect();
      filter.destroy();
      grouping.destroy();
      width.destroy();
    },
  };
}

/** @param {string | null} text @returns {Set<string>} */
function foldedIn(text) {
  try {
    return new Set(JSON.parse(text ?? '[]'));
  } catch {
    return new Set(); // a link that was cut
  }
}
