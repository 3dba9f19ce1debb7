// Headings and cards of which only those near the screen exist as elements.
//
// Whoever scrolls, be it a box or the page, moves the grid against the window; so where it is on the
// screen says what has to exist.

import { h } from '../../lib/dom.js';
import { HEAD, placeOf, rowsBetween, rowsOf } from './rows.js';

const AHEAD = 300; // CSS pixels beyond each edge of the screen

/**
 * @typedef {import('./rows.js').Item} Item
 *
 * @typedef {object} Part an item as an element
 * @property {HTMLElement} element
 * @property {(item: any) => void} [update] takes another item under the same key; without it, it is made anew
 * @property {() => void} [placed] tells that it stands on the page, where it can be measured
 * @property {() => void} [destroy]
 */

/**
 * @template {Item} T
 * @param {{ make: (item: T) => Part, onWindow: (near: T[], visible: T[]) => void }} options
 *   onWindow: which items are near the screen now, and which of them are on it
 */
export function createGrid({ make, onWindow }) {
  const element = h('div', { class: 'cards' });
  /** @type {T[]} */
  let items = [];
  /** @type {ReturnType<typeof rowsOf>} */
  let rows = { rows: [], height: 0 };
  let width = 0;
  let pending = 0;
  /** @type {Map<string, Part & { item: T }>} */
  const parts = new Map();

  function arrange() {
    width ||= element.clientWidth; // what is asked for at once comes sooner than behind a frame
    rows = rowsOf(items, width);
    element.style.height = `${rows.height}px`;
    show();
  }
  function show() {
    cancelAnimationFrame(pending);
    pending = 0;
    if (!width) return;
    const { top } = element.getBoundingClientRect();
    const edges = screenOf(element);
    const near = rowsBetween(rows.rows, edges.top - top - AHEAD, edges.bottom - top + AHEAD);
    const inside = rowsBetween(rows.rows, edges.top - top, edges.bottom - top);
    const wanted = rows.rows.slice(near.from, near.to).flatMap((row) => numbers(row).map((index) => ({ row, index })));
    const keys = /** @type {Set<string>} */ (new Set(wanted.map(({ index }) => items[index].key)));
    for (const [key, part] of parts) if (!keys.has(key)) drop(key, part);
    const made = new Set(keys);
    for (const key of parts.keys()) made.delete(key);
    /** @type {Element | null} */
    let before = null;
    for (const { row, index } of wanted) {
      const part = partOf(items[index]);
      place(part.element, row, index);
      /** @type {Element | null} */
      const next = before ? before.nextElementSibling : element.firstElementChild;
      if (next !== part.element) element.insertBefore(part.element, next);
      before = part.element;
    }
    const from = rows.rows[inside.from]?.from ?? items.length;
    const to = rows.rows[inside.to - 1]?.to ?? 0;
    onWindow(wanted.map(({ index }) => items[index]), items.slice(from, to));
    for (const key of made) parts.get(key)?.placed?.();
  }
  /** @param {T} item */
  function partOf(item) {
    const known = parts.get(item.key);
    if (known && (known.item === item || known.update)) {
      if (known.item !== item) known.update?.(item);
      known.item = item;
      return known;
    }
    if (known) drop(item.key, known);
    const part = { ...make(item), item };
    parts.set(item.key, part);
    return part;
  }
  /** @param {string} key @param {Part} part */
  function drop(key, part) {
    parts.delete(key);
    part.destroy?.();
    part.element.remove();
  }
  /** @param {HTMLElement} part @param {import('./rows.js').Row} row @param {number} index */
  function place(part, row, index) {
    const at = placeOf(row, index, width);
    const style = { top: `${row.top}px`, left: `${at.left}px`, width: `${at.width}px`, height: `${row.height}px` };
    for (const [name, value] of Object.entries(style)) {
      if (part.style.getPropertyValue(name) !== value) part.style.setProperty(name, value);
    }
  }
  function follow() {
    if (!pending) pending = requestAnimationFrame(show);
  }
  const observer = new ResizeObserver(() => {
    const next = element.clientWidth;
    if (next === width) return;
    width = next;
    arrange();
  });
  observer.observe(element);
  document.addEventListener('scroll', follow, { capture: true, passive: true });
  addEventListener('resize', follow);
  return {
    element,
    /** @param {T[]} next the same object for what is as it was */
    update(next) {
      items = next;
      arrange();
    },
    /** The elements that exist. @returns {Iterable<Part & { item: T }>} */
    parts: () => parts.values(),
    destroy() {
      cancelAnimationFrame(pending);
      observer.disconnect();
      document.removeEventListener('scroll', follow, { capture: true });
      removeEventListener('resize', follow);
      for (const [key, part] of [...parts]) drop(key, part);
    },
  };
}

/** @param {import('./rows.js').Row} row */
function numbers({ from, to }) {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** The part of the window that the grid is seen through. @param {HTMLElement} element */
function screenOf(element) {
  const box = element.parentElement?.closest('.content')?.getBoundingClientRect();
  return { top: Math.max(0, box?.top ?? 0), bottom: Math.min(innerHeight, Math.max(box?.bottom ?? innerHeight, HEAD)) };
}
