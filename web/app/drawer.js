// Where the page is narrow, what stands beside a dashboard is a drawer: it opens over it by a button and
// closes by Escape, by a tap outside, or by the button.

import { h } from '../lib/dom.js';
import { say } from '../lib/say.js';

const NARROW = '(max-width: 760px)'; // as in the stylesheets

/** @param {HTMLElement} main where dashboards are mounted */
export function createDrawer(main) {
  const root = document.documentElement;
  const narrow = matchMedia(NARROW);
  const button = h('button', { class: 'quiet drawer-button', type: 'button', 'aria-label': say('drawer.title'), title: say('drawer.title'), 'aria-expanded': 'false', onclick: () => set(!isOpen()) }, '☰');
  const isOpen = () => root.classList.contains('drawer-open');
  const drawer = () => main.querySelector('aside');

  /** @param {boolean} open */
  function set(open) {
    root.classList.toggle('drawer-open', open && narrow.matches);
    button.setAttribute('aria-expanded', String(isOpen()));
    if (isOpen()) /** @type {HTMLElement | null | undefined} */ (drawer()?.querySelector('button, input, select, summary, [tabindex="0"]'))?.focus({ preventScroll: true });
  }
  narrow.addEventListener('change', () => set(false));
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !isOpen() || document.querySelector('.popup, dialog[open]')) return;
    set(false);
    button.focus();
  });
  main.addEventListener('pointerdown', (event) => {
    if (!isOpen() || drawer()?.contains(/** @type {Node} */ (event.target))) return;
    event.preventDefault();
    event.stopPropagation();
    set(false);
  }, true);
  return { button, close: () => set(false) };
}
