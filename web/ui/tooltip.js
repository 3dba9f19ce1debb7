// The values under the crosshair, of all runs; beside the pointer, never under it, never off screen.

import { fill, h } from '../lib/dom.js';
import { swatch } from './run_list.js';
import { runName } from './run_name.js';

const MOST_ROWS = 12;

/**
 * @typedef {{ style: { color: string, dash: number[] }, name: string, cells: string[], distance: number }} Row
 */

export function createTooltip() {
  const element = h('div', { class: 'tooltip', hidden: true, role: 'tooltip' });
  document.body.append(element);
  return {
    /**
     * @param {string[]} heads
     * @param {Row[]} rows nearest first
     * @param {{ x: number, y: number }} at
     */
    show(heads, rows, at) {
      const listed = rows.slice(0, MOST_ROWS);
      fill(element, h('table', null,
        h('thead', null, h('tr', null, h('th', null), heads.map((head) => h('th', null, head)))),
        h('tbody', null, listed.map((row, i) => h('tr', { class: i === 0 && rows.length > 1 ? 'nearest' : '' },
          h('td', null, swatch(row.style)), h('td', { class: 'tip-run' }, runName(row.name)),
          row.cells.map((cell) => h('td', { class: 'num' }, cell)))))),
      rows.length > MOST_ROWS && h('p', { class: 'faint' }, `+ ${rows.length - MOST_ROWS} more`));
      element.hidden = false;
      const { width, height } = element.getBoundingClientRect();
      const left = at.x + 18 + width > innerWidth ? at.x - 18 - width : at.x + 18;
      const top = at.y + 18 + height > innerHeight ? at.y - 18 - height : at.y + 18;
      Object.assign(element.style, { left: `${Math.max(4, left)}px`, top: `${Math.max(4, top)}px` });
    },
    hide() {
      element.hidden = true;
    },
    destroy() {
      element.remove();
    },
  };
}
