// What the picture shows as elements, over the canvas: so that the keyboard and screen readers find
// it. Of very many, only those in the window exist; of very many there, only the one in use.

import { h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { describe } from './walk.js';

export const MOST_ELEMENTS = 300;
const LEAST = 3; // px on the screen that a node must be high

/**
 * @typedef {import('./model.js').DrawnNode | import('./model.js').DrawnPill} Drawn
 * @param {{ onFocus(path: string): void }} options
 */
export function createOverlay({ onFocus }) {
  const element = h('div', { class: 'graph-nodes', role: 'group', 'aria-label': say('graph.name') });
  /** @type {Map<string, HTMLElement>} */
  let elements = new Map();
  let current = '';
  let placed = { x: 0, y: 0, scale: 1 };

  element.addEventListener('focusin', (event) => {
    const { path } = /** @type {HTMLElement} */ (event.target).dataset;
    if (path === undefined) return;
    setCurrent(path);
    if (/** @type {HTMLElement} */ (event.target).matches(':focus-visible')) onFocus(path);
  });
  /** Of all, only one is reached by Tab. @param {string} path */
  function setCurrent(path) {
    const before = elements.get(current);
    if (before) before.tabIndex = -1;
    current = path;
    const now = elements.get(path);
    if (now) now.tabIndex = 0;
  }
  /** @param {Drawn} drawn @param {string | null} selected */
  function make(drawn, selected) {
    const known = elements.get(drawn.path);
    const one = known ?? h('div', { role: 'button', 'data-path': drawn.path });
    const { x, y, width, height } = drawn;
    const { scale } = placed;
    Object.assign(one.style, {
      left: `${(x - width / 2) * scale}px`, top: `${(y - height / 2) * scale}px`, width: `${width * scale}px`, height: `${height * scale}px`,
    });
    one.tabIndex = drawn.path === current ? 0 : -1;
    one.setAttribute('aria-label', describe(drawn));
    one.setAttribute('aria-pressed', String(drawn.path === selected));
    one.dataset.look = drawn.look;
    if (drawn.child.kind === 'node') one.removeAttribute('aria-expanded');
    else one.setAttribute('aria-expanded', String('open' in drawn && drawn.open));
    return one;
  }
  return {
    element,
    /**
     * @param {Drawn[]} shown what is in the window, outer boxes first
     * @param {Drawn[]} needed what must exist besides
     * @param {import('./camera.js').View} view @param {string | null} selected
     */
    update(shown, needed, view, selected) {
      placed = view;
      const large = shown.filter(({ height }) => height * view.scale >= LEAST);
      const some = [...(large.length <= MOST_ELEMENTS ? large : []), ...needed];
      const listed = some.length ? some : lowest(shown); // Tab leads into every picture
      const focused = document.activeElement instanceof HTMLElement && element.contains(document.activeElement) ? document.activeElement.dataset.path : undefined;
      if (!listed.some(({ path }) => path === current)) current = (listed.find(({ path }) => path === selected) ?? listed[0])?.path ?? '';
      /** @type {Map<string, HTMLElement>} */
      const next = new Map();
      for (const drawn of listed) if (!next.has(drawn.path)) next.set(drawn.path, make(drawn, selected));
      for (const [path, old] of elements) if (!next.has(path)) old.remove();
      let at = element.firstElementChild;
      for (const one of next.values()) {
        if (one === at) at = at.nextElementSibling;
        else element.insertBefore(one, at);
      }
      elements = next;
      if (focused !== undefined) elements.get(focused)?.focus({ preventScroll: true });
      this.move(view);
    },
    /** Follows the picture without looking at what it shows. @param {import('./camera.js').View} view */
    move({ x, y, scale }) {
      const factor = scale / placed.scale;
      element.style.transform = `translate(${-x * scale}px, ${-y * scale}px)${factor === 1 ? '' : ` scale(${factor})`}`;
    },
    /** @param {string} path */
    focus(path) {
      setCurrent(path);
      elements.get(path)?.focus({ preventScroll: true });
    },
    has: (/** @type {string} */ path) => elements.has(path),
  };
}

/** Where data come in. @param {Drawn[]} shown @returns {Drawn[]} none of none */
function lowest(shown) {
  return shown.slice(0, 1).map((first) => shown.reduce((best, drawn) => (drawn.y > best.y ? drawn : best), first));
}
