// A panel that hangs on a button: it opens below, stays on the screen, and closes by Escape, by a click
// elsewhere, or when the focus leaves it.

import { fill, h } from '../lib/dom.js';

const EDGE = 8; // pixels kept free at the window's edges

/** @type {(() => void) | null} */
let closeOpen = null;

/**
 * Opens a panel.
 * @param {Element} anchor what it hangs on
 * @param {string} name for screen readers
 * @param {(close: () => void) => Node | Node[]} content
 * @returns {{ redraw: () => void, close: () => void }}
 */
export function openPopup(anchor, name, content) {
  closeOpen?.();
  const body = h('div', { class: 'popup-body' });
  const panel = h('div', { class: 'popup', role: 'dialog', 'aria-label': name, tabIndex: -1 }, body);
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  function close() {
    if (closeOpen !== close) return;
    closeOpen = null;
    removeEventListener('pointerdown', outside, true);
    removeEventListener('resize', close);
    const inside = panel.contains(document.activeElement);
    panel.remove();
    anchor.setAttribute('aria-expanded', 'false');
    if (inside) before?.focus({ preventScroll: true });
  }
  /** @param {PointerEvent} event */
  function outside(event) {
    const target = /** @type {Node} */ (event.target);
    if (!panel.contains(target) && !anchor.contains(target)) close();
  }
  function redraw() {
    const focused = nameOf(document.activeElement);
    const parts = [content(close)].flat();
    const foot = parts.filter((part) => part instanceof Element && part.classList.contains('popup-foot'));
    fill(body, ...parts.filter((part) => !foot.includes(part)));
    while (body.nextSibling) body.nextSibling.remove();
    panel.append(...foot); // below what scrolls, of which it hides nothing
    place(panel, anchor);
    const again = [...panel.querySelectorAll('button, input')].find((one) => focused && nameOf(one) === focused);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  });
  document.body.append(panel);
  anchor.setAttribute('aria-expanded', 'true');
  closeOpen = close;
  redraw();
  const first = /** @type {HTMLElement | null} */ (panel.querySelector('input, button'));
  (first ?? panel).focus({ preventScroll: true });
  addEventListener('pointerdown', outside, true);
  addEventListener('resize', close);
  return { redraw, close };
}

/** @param {Element | null} element */
function nameOf(element) {
  return element?.getAttribute('aria-label') || element?.textContent || '';
}

/** @param {HTMLElement} panel @param {Element} anchor */
function place(panel, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const left = Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE));
  const below = at.bottom + 4 + height <= innerHeight - EDGE;
  const top = below ? at.bottom + 4 : Math.max(EDGE, Math.min(at.top - height - 4, innerHeight - height - EDGE));
  Object.assign(panel.style, { left: `${left}px`, top: `${top}px` });
}
