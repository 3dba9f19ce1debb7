// The list of runs: what each looks like, which are shown, a filter.

import { h, s } from '../lib/dom.js';
import { runName } from './run_name.js';
import { createVirtualList } from './virtual_list.js';

const ROW = 26; // height in pixels, as in scalars.css

/**
 * @param {import('../app/types.js').Context} ctx
 * @param {(id: string | null) => void} onHover
 */
export function createRunList(ctx, onHover) {
  const { runs } = ctx;
  const filter = h('input', { type: 'search', placeholder: 'Filter runs (regex)', 'aria-label': 'Filter runs', oninput: render });
  const count = h('span', { class: 'faint' });
  const rows = h('ul', { class: 'run-rows' });
  const all = h('input', { type: 'checkbox', onchange: toggleAll });
  const element = h('section', { class: 'run-list', 'aria-label': 'Runs' },
    h('h2', null, 'Runs ', count), filter,
    h('label', { class: 'run-all' }, all, 'All in the list'), rows);

  function visible() {
    const pattern = compile(filter.value);
    filter.setCustomValidity(pattern ? '' : 'not a regular expression');
    filter.classList.toggle('invalid', !pattern);
    return pattern ? runs.list.value.filter((run) => pattern.test(run.name)) : runs.list.value;
  }
  function toggleAll() {
    const next = new Set(runs.shown.value);
    for (const run of visible()) all.checked ? next.add(run.id) : next.delete(run.id);
    runs.show(next);
  }
  /** @param {string} id @param {boolean} on */
  function toggle(id, on) {
    const next = new Set(runs.shown.value);
    on ? next.add(id) : next.delete(id);
    runs.show(next);
  }
  function render() {
    const shown = runs.shown.value;
    const listed = visible();
    count.textContent = `${shown.size} of ${runs.list.value.length}`;
    const on = listed.filter((run) => shown.has(run.id)).length;
    all.checked = on > 0 && on === listed.length;
    all.indeterminate = on > 0 && on < listed.length;
    list.update(listed);
  }
  /** @param {import('../app/runs.js').Run} run */
  function row(run) {
    const style = runs.style(run.id);
    const label = run.name === '.' ? '. (the log directory itself)' : run.name;
    return h('li', {
      title: `${label}\nDouble-click: show only this run`,
      onmouseenter: () => onHover(run.id),
      onmouseleave: () => onHover(null),
      ondblclick: () => runs.show(new Set([run.id])),
    }, h('label', null,
      h('input', {
        type: 'checkbox', checked: runs.shown.value.has(run.id), 'data-run': run.id, 'aria-label': label,
        onchange: (/** @type {Event} */ event) => toggle(run.id, /** @type {HTMLInputElement} */ (event.target).checked),
        onfocus: () => onHover(run.id),
        onblur: () => onHover(null),
      }),
      swatch(style), runName(label)));
  }
  const list = createVirtualList(rows, { rowHeight: ROW, row, focusKey: 'run' });
  const stops = [runs.list.subscribe(render), runs.shown.subscribe(render), ctx.theme.subscribe(render)];
  render();
  return {
    element,
    destroy() {
      stops.forEach((stop) => stop());
      list.destroy();
    },
  };
}

/**
 * A short piece of the run's line.
 * @param {{ color: string, dash: number[] }} style
 */
export function swatch({ color, dash }) {
  return s('svg', { class: 'swatch', viewBox: '0 0 22 10', width: 22, height: 10, 'aria-hidden': 'true' },
    s('line', { x1: 1, y1: 5, x2: 21, y2: 5, stroke: color, 'stroke-width': 3, 'stroke-dasharray': dash.join(' ') || null }));
}

/**
 * A regular expression that ignores case, or null if the text is none.
 * @param {string} text
 */
export function compile(text) {
  try {
    return new RegExp(text, 'i');
  } catch {
    return null;
  }
}
