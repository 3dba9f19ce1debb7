// The values under the crosshair, of all runs; beside the pointer, never under it, never off screen.

import { fill, h } from '../lib/dom.js';
import { say } from '../lib/say.js';
import { swatch } from './swatch.js';
import { runName } from './run_name.js';

const BESIDE = 18; // CSS pixels from the pointer
const AIR = 4; // and from the edges of the window

/**
 * @typedef {{ style: { color: string, dash: number[] }, name: string, cells: string[], nearest: boolean }} Row
 */

export function createTooltip() {
  const element = h('div', { class: 'tooltip', hidden: true, role: 'tooltip' });
  document.body.append(element);
  return {
    /**
     * @param {string[]} heads
     * @param {Row[]} rows
     * @param {{ x: number, y: number }} at
     * @param {{ more?: number, notes?: string[] }} [rest] how many rows are not listed; lines of text below
     */
    show(heads, rows, at, { more = 0, notes = [] } = {}) {
      const several = rows.length + more > 1;
      fill(element,
        rows.length > 0 && h('table', null,
          h('thead', null, h('tr', null, h('th', null), heads.map((head) => h('th', null, head)))),
          h('tbody', null, rows.map((row) => h('tr', { class: row.nearest && several ? 'nearest' : '' },
            h('td', null, swatch(row.style)), h('td', { class: 'tip-run' }, runName(row.name)),
            row.cells.map((cell) => h('td', { class: 'num' }, cell)))))),
        more > 0 && h('p', { class: 'faint' }, say('tip.more', { n: more })),
        notes.map((note) => h('p', { class: 'tip-note' }, note)));
      element.hidden = !rows.length && !notes.length;
      const { width, height } = element.getBoundingClientRect();
      Object.assign(element.style, { left: `${beside(at.x, width, innerWidth)}px`, top: `${beside(at.y, height, innerHeight)}px` });
    },
    hide() {
      element.hidden = true;
    },
    destroy() {
      element.remove();
    },
  };
}

/**
 * Where something of a size begins that stands beside a place and inside the window.
 * @param {number} at @param {number} size @param {number} room
 */
export function beside(at, size, room) {
  const after = at + BESIDE;
  const before = at - BESIDE - size;
  const wished = after + size + AIR <= room ? after : before >= AIR ? before : after;
  return Math.max(AIR, Math.min(wished, room - size - AIR));
}
