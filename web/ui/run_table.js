// The run table: of many thousand rows only those near the window exist. It is one stop of the Tab key;
// arrows walk in it, as in any tree.

import { fill, h } from '../lib/dom.js';
import { cellOf } from '../lib/grouping.js';
import { say } from '../lib/say.js';
import { cellText, columnOf } from './run_columns.js';
import { damageOf } from './run_damage.js';
import { HEIGHT, rowElement, rowId } from './run_row.js';
import { checkedOf, idsBetween, idsOf, withSelected } from './run_rows.js';
import { windowOf } from './virtual_list.js';

const DOUBLE = 500; // ms between the clicks of a double click
const PAGE = 10; // rows that PageDown goes

/** The number of the folder that a row lies in; of the row itself at the top. @param {readonly Row[]} rows @param {number} index */
function parentOf(rows, index) {
  for (let at = index - 1; at >= 0; at -= 1) if (rows[at].depth < rows[index].depth) return at;
  return index;
}

/**
 * @typedef {import('./run_rows.js').Row} Row
 * @typedef {import('./run_columns.js').Column} Column
 * @typedef {object} View
 * @property {Row[]} rows
 * @property {Column[]} columns
 * @property {boolean} tree
 * @property {number} name pixels that names keep at least
 * @property {ReturnType<typeof import('./run_columns.js').sortIn>} sort
 */

/**
 * @param {import('../app/types.js').Context} ctx
 * @param {object} acts
 * @param {(id: string | null) => void} acts.onHover
 * @param {(row: Row, open: boolean) => void} acts.fold
 * @param {(key: string) => void} acts.sortBy
 * @param {(id: string, anchor: Element) => void} acts.chooseColour
 */
export function createRunTable(ctx, { onHover, fold, sortBy, chooseColour }) {
  const { runs } = ctx;
  const all = h('input', { type: 'checkbox', 'aria-label': say('runs.listed'), title: say('runs.listed'), onchange: () => check(listed(), all.checked) });
  const head = h('div', { class: 'run-head', role: 'row', 'aria-rowindex': 1 });
  const body = h('div', { class: 'run-body', role: 'rowgroup' });
  const element = h('div', { class: 'run-table', role: 'treegrid', tabIndex: 0, 'aria-label': say('runs.title'), 'aria-multiselectable': 'true' }, head, body);
  /** @type {View} */
  let view = { rows: [], columns: [], tree: true, name: 0, sort: null };
  /** @type {Map<string, { element: HTMLElement, look: string }>} */
  let kept = new Map();
  /** @type {string | null} */
  let active = null;
  /** @type {string | null} */
  let anchor = null;
  let headed = '';
  let damagedBy = ctx.status.value.problems;
  let damaged = damageOf(damagedBy);
  /** The last click. A second one on the row counts as a double click, which the browser does not tell, as the row is another element by then. */
  let first = { key: '', at: 0, selected: runs.selected.value };
  /** @type {{ from: number, to: number }} */
  let range = { from: 0, to: 0 };

  const listed = () => new Set(view.rows.flatMap(idsOf));
  const measure = () => windowOf(Math.max(0, element.scrollTop), element.clientHeight || 400, HEIGHT, view.rows.length);

  /** @param {Row} row @param {number} index @returns {import('./run_row.js').Look} */
  function lookOf(row, index) {
    const isRun = row.kind === 'run';
    const run = isRun ? runs.find(row.id) : undefined;
    const names = { run: run?.name ?? row.key, folder: row.key.slice(0, -1), group: row.label };
    return {
      row, index, tree: view.tree, active: row.key === active, checked: checkedOf(idsOf(row), runs.selected.value), member: isRun && runs.groups.groups.value !== null,
      style: row.kind === 'folder' ? null : runs.style(row.id), name: names[row.kind],
      running: row.kind !== 'folder' && idsOf(row).some((id) => runs.facts.isRunning(id)), diverged: row.kind === 'folder' ? '' : divergedOf(row),
      damage: (isRun && damaged.get(row.id)) || '',
      cells: row.kind === 'group' ? groupCells(row) : view.columns.map((column) => {
        const value = run ? runs.facts.value(run, column.key) : null;
        return { column, value, text: cellText(column, value), step: run ? runs.facts.step(run.id, column.key) : null };
      }),
    };
  }
  /** What is said of runs that have diverged: of a group which of them, and how many. @param {Row} row */
  function divergedOf(row) {
    const found = idsOf(row).flatMap((id) => {
      const where = runs.facts.divergence(id);
      return where ? [{ ...where, run: id }] : [];
    });
    if (!found.length) return '';
    const [first] = found;
    return row.kind === 'run' ? say('runs.diverged', first) : say('groups.diverged', { n: found.length, all: row.ids.length, first: `${first.run}: ${say('runs.diverged', first)}` });
  }
  /** @param {import('./run_rows.js').GroupRow} row */
  function groupCells(row) {
    const members = row.ids.flatMap((id) => runs.find(id) ?? []);
    return view.columns.map((column) => {
      const { value, different } = cellOf(members.map((run) => runs.facts.value(run, column.key)), column.key);
      return { column, value, text: value === null && different > 1 ? say('columns.values', { n: different }) : cellText(column, value), step: null };
    });
  }
  /** Makes the rows near the window; those that look as before stay. @param {boolean} fresh whether anything may look different */
  function draw(fresh) {
    range = measure();
    const next = new Map();
    const { problems } = ctx.status.value;
    if (problems !== damagedBy) damaged = damageOf((damagedBy = problems));
    for (let index = range.from; index < range.to; index += 1) {
      const row = view.rows[index];
      const before = kept.get(row.key);
      if (before && !fresh) {
        next.set(row.key, before);
        continue;
      }
      const look = lookOf(row, index);
      const text = JSON.stringify(look);
      next.set(row.key, before?.look === text ? before : { element: rowElement(look), look: text });
    }
    const wanted = new Set([...next.values()].map((one) => one.element));
    const focused = body.contains(document.activeElement);
    for (const child of [...body.children]) if (!wanted.has(/** @type {HTMLElement} */ (child))) child.remove();
    let at = body.firstElementChild;
    for (const one of wanted) { // in their order, which screen readers go by
      if (one === at) at = one.nextElementSibling;
      else body.insertBefore(one, at);
    }
    if (focused && !body.contains(document.activeElement)) element.focus({ preventScroll: true });
    kept = next;
  }
  function drawHead() {
    const on = checkedOf([...listed()], runs.selected.value);
    all.checked = on === 'all';
    all.indeterminate = on === 'some';
    const key = JSON.stringify([view.columns.map((column) => column.key), view.sort]);
    if (key === headed) return;
    headed = key;
    fill(head, h('div', { role: 'columnheader', class: 'run-cell', 'aria-sort': sortOf('name') }, all, sortButton(columnOf('name'))),
      view.columns.map((column) => h('div', { role: 'columnheader', 'aria-sort': sortOf(column.key) }, sortButton(column))));
  }
  /** @param {string} key */
  const sortOf = (key) => (view.sort?.key !== key ? 'none' : view.sort.descending ? 'descending' : 'ascending');
  /** @param {Column} column */
  function sortButton({ key, title, about }) {
    const sign = { none: '', ascending: ' ↑', descending: ' ↓' }[sortOf(key)];
    const end = title.lastIndexOf(' · '); // which stat it is stays visible
    return h('button', { type: 'button', class: 'head-button', title: say('column.sort', { name: title, about }), onclick: () => sortBy(key) },
      h('span', null, end < 0 ? title : title.slice(0, end)), (end < 0 ? '' : title.slice(end)) + sign);
  }
  function follow() {
    const next = measure();
    if (next.from !== range.from || next.to !== range.to) draw(false);
  }

  /** @param {Iterable<string>} ids @param {boolean} on */
  function check(ids, on) {
    runs.show(withSelected(runs.selected.value, ids, on));
  }
  /** Checks a row, or with Shift all rows from the one that was checked last. @param {Row} row @param {boolean} on @param {boolean} shift */
  function checkRow(row, on, shift) {
    check(shift ? idsBetween(view.rows, anchor, row.key) : idsOf(row), on);
    anchor = row.key;
  }
  /** Only these runs; once more, and all are back. @param {Row} row @param {Set<string>} [before] what was selected */
  function only(row, before = runs.selected.value) {
    const ids = new Set(idsOf(row));
    const alone = before.size === ids.size && [...ids].every((id) => before.has(id));
    runs.show(alone ? new Set(runs.ids) : ids);
    anchor = row.key;
  }
  /** Whether a click checks a row. A group is drawn as soon as one of its runs is checked. @param {Row} row */
  function isOff(row) {
    const state = checkedOf(idsOf(row), runs.selected.value);
    return row.kind === 'group' ? state === 'none' : state !== 'all';
  }
  /** @param {Event} event */
  function rowAt(event) {
    const found = /** @type {Element} */ (event.target).closest?.('[role="row"][data-key]');
    const key = /** @type {HTMLElement | null} */ (found)?.dataset.key;
    return view.rows.find((row) => row.key === key);
  }
  /** @param {MouseEvent} event */
  function clicked(event) {
    const row = rowAt(event);
    if (!row) return;
    const target = /** @type {Element} */ (event.target);
    const isBox = target instanceof HTMLInputElement;
    activate(row.key);
    const isSecond = row.key === first.key && event.timeStamp - first.at < DOUBLE && event.detail > 0;
    const before = first.selected;
    first = { key: isSecond ? '' : row.key, at: event.timeStamp, selected: runs.selected.value };
    if (target.closest('.fold-button') && row.kind !== 'run') fold(row, !row.open);
    else if (target.closest('.swatch-button') && row.kind !== 'folder') chooseColour(row.id, /** @type {Element} */ (target.closest('.swatch-button')));
    else if (isSecond && !isBox) only(row, before);
    else checkRow(row, isBox ? target.checked : isOff(row), event.shiftKey);
  }
  /** @param {string | null} key */
  function activate(key) {
    active = key;
    const index = view.rows.findIndex((row) => row.key === key);
    if (index >= 0) {
      element.setAttribute('aria-activedescendant', rowId(index));
      const top = index * HEIGHT;
      const room = element.clientHeight - head.offsetHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + HEIGHT > element.scrollTop + room) element.scrollTop = top + HEIGHT - room;
    }
    draw(true);
  }
  /** @param {number} to @param {boolean} shift */
  function walk(to, shift) {
    const row = view.rows[Math.max(0, Math.min(view.rows.length - 1, to))];
    if (!row) return;
    if (shift) {
      const from = view.rows.find((one) => one.key === (anchor ?? active)) ?? row;
      check(idsOf(row), checkedOf(idsOf(from), runs.selected.value) === 'all');
    }
    activate(row.key);
    onHover(liftedBy(row));
  }
  /** Whose curve stands out while a row is looked at. @param {Row | undefined} row */
  function liftedBy(row) {
    if (!row || row.kind === 'folder') return null;
    return runs.groups.groupOf(row.id)?.id ?? row.id;
  }
  /** @param {Row} row @param {number} index @param {boolean} open */
  function unfold(row, index, open) {
    if (row.kind !== 'run' && row.open !== open) fold(row, open);
    else if (open) walk(index + 1, false);
    else walk(parentOf(view.rows, index), false);
  }
  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.target !== element && !body.contains(/** @type {Node} */ (event.target))) return;
    const index = Math.max(0, view.rows.findIndex((row) => row.key === active));
    const at = active === null ? -1 : index;
    const row = view.rows[index];
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => walk(at + 1, event.shiftKey),
      ArrowUp: () => walk(Math.max(0, at - 1), event.shiftKey),
      PageDown: () => walk(at + PAGE, false),
      PageUp: () => walk(at - PAGE, false),
      Home: () => walk(0, false),
      End: () => walk(view.rows.length - 1, false),
      ArrowRight: () => unfold(row, index, true),
      ArrowLeft: () => unfold(row, index, false),
      ' ': () => checkRow(row, isOff(row), event.shiftKey),
      Enter: () => only(row),
      c: () => row.kind !== 'folder' && chooseColour(row.id, kept.get(row.key)?.element ?? element),
    };
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') check(listed(), true);
    else if (event.ctrlKey || event.metaKey || event.altKey || !row || !(event.key in keys)) return;
    else keys[event.key]();
    event.preventDefault();
    event.stopPropagation();
  }

  element.addEventListener('scroll', follow, { passive: true });
  element.addEventListener('click', clicked);
  element.addEventListener('keydown', pressed);
  element.addEventListener('mouseover', (event) => {
    const row = rowAt(event);
    onHover(liftedBy(row));
  });
  element.addEventListener('mouseleave', () => onHover(null));
  element.addEventListener('blur', () => onHover(null));
  return {
    element,
    /** @param {View} next */
    update(next) {
      view = next;
      const widths = view.columns.map((column) => `${column.width}px`);
      element.style.setProperty('--columns', [`minmax(${view.name}px, 1fr)`, ...widths].join(' '));
      element.setAttribute('aria-rowcount', String(view.rows.length + 1));
      element.setAttribute('aria-colcount', String(view.columns.length + 1));
      body.style.height = `${view.rows.length * HEIGHT}px`;
      drawHead();
      draw(true);
    },
    follow,
  };
}
