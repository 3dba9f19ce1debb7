// A list of rows of one height, of which only those near the window exist as elements.

import { fill, h } from '../lib/dom.js';

const MARGIN = 12; // rows beyond each edge, so that Tab and short scrolls find them there

/**
 * The rows that have to exist: from, up to and without `to`.
 * @param {number} top pixels scrolled @param {number} height of the window in pixels
 * @param {number} rowHeight @param {number} count
 */
export function windowOf(top, height, rowHeight, count) {
  const from = Math.max(0, Math.min(count, Math.floor(top / rowHeight)) - MARGIN);
  return { from, to: Math.min(count, Math.ceil((top + height) / rowHeight) + MARGIN) };
}

/**
 * @template Item
 * @param {HTMLElement} element the list, which scrolls
 * @param {{ rowHeight: number, row: (item: Item, index: number) => HTMLElement, focusKey: string }} options
 *     focusKey: data attribute that names a row's input, so that the focus survives a redraw
 */
export function createVirtualList(element, { rowHeight, row, focusKey }) {
  /** @type {Item[]} */
  let items = [];
  let range = { from: 0, to: 0 };

  function measure() {
    return windowOf(element.scrollTop, element.clientHeight || 400, rowHeight, items.length);
  }
  function draw() {
    range = measure();
    const active = document.activeElement;
    const focused = active instanceof HTMLElement && element.contains(active) ? active.dataset[focusKey] : undefined;
    fill(element,
      h('li', { 'aria-hidden': 'true', style: { height: `${range.from * rowHeight}px` } }),
      items.slice(range.from, range.to).map((item, i) => row(item, range.from + i)),
      h('li', { 'aria-hidden': 'true', style: { height: `${(items.length - range.to) * rowHeight}px` } }));
    if (focused !== undefined) {
      [...element.querySelectorAll('input')].find((input) => input.dataset[focusKey] === focused)?.focus({ preventScroll: true });
    }
  }
  function follow() {
    const next = measure();
    if (next.from !== range.from || next.to !== range.to) draw();
  }
  element.addEventListener('scroll', follow, { passive: true });
  const observer = new ResizeObserver(follow);
  observer.observe(element);
  return {
    /** @param {Item[]} next */
    update(next) {
      items = next;
      draw();
    },
    destroy() {
      observer.disconnect();
    },
  };
}
