// How wide the runs are beside the charts: dragged, by arrow keys, or by a button that makes room for the
// whole table. Some of the charts always stays in sight.

import { h } from '../lib/dom.js';
import { say } from '../lib/say.js';

const KEY = 'neuronboard.runs.width';
const LEAST = 200; // pixels
const CHARTS = 380; // pixels that the charts keep
const STEP = 20; // pixels an arrow key

/**
 * @param {import('../app/state.js').State} state
 * @param {() => void} changed
 */
export function createWidth(state, changed) {
  const root = document.documentElement;
  const button = h('button', { type: 'button', class: 'quiet', onclick: toggle });
  const handle = h('div', {
    class: 'run-handle', role: 'separator', tabIndex: 0, 'aria-orientation': 'vertical', 'aria-label': say('width.name'), title: say('width.drag'),
    onpointerdown: grab, onkeydown: pressed, ondblclick: () => set(null),
  });
  const isWide = () => state.get('table') === 'wide';
  /** @param {number | null} pixels */
  function set(pixels) {
    if (pixels === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, String(Math.round(Math.max(LEAST, Math.min(pixels, innerWidth - CHARTS)))));
    apply();
  }
  function apply() {
    const kept = localStorage.getItem(KEY);
    root.style.setProperty('--runs', kept ? `${kept}px` : '');
    root.classList.toggle('runs-wide', isWide());
    button.textContent = isWide() ? `⇤ ${say('width.narrow')}` : `${say('width.table')} ⇥`;
    button.title = say(isWide() ? 'width.narrow.about' : 'width.table.about');
    button.setAttribute('aria-pressed', String(isWide()));
    tellWidth();
    changed();
  }
  /** Where the separator stands, for who does not see it. */
  function tellWidth() {
    const now = handle.closest('aside')?.getBoundingClientRect().width ?? LEAST;
    Object.entries({ now, min: Math.min(LEAST, now), max: Math.max(innerWidth - CHARTS, now) }).forEach(([end, value]) => handle.setAttribute(`aria-value${end}`, String(Math.round(value))));
  }
  function toggle() {
    state.set('table', isWide() ? null : 'wide');
    apply();
  }
  /** @param {PointerEvent} event */
  function grab(event) {
    const from = event.clientX;
    const width = handle.closest('aside')?.getBoundingClientRect().width ?? LEAST;
    handle.setPointerCapture(event.pointerId);
    if (isWide()) state.set('table', null);
    const move = (/** @type {PointerEvent} */ next) => set(width + next.clientX - from);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true });
    event.preventDefault();
  }
  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by === undefined) return;
    set((handle.closest('aside')?.getBoundingClientRect().width ?? LEAST) + by);
    event.preventDefault();
  }
  apply();
  const stop = state.subscribe(() => root.classList.contains('runs-wide') !== isWide() && apply());
  return {
    button,
    handle,
    destroy() {
      stop();
      root.classList.remove('runs-wide');
    },
  };
}
