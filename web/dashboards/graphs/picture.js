// The picture of a graph: SVG, zoomed and moved by its viewBox.

import { fill, s } from '../../lib/dom.js';
import { labelOf, placeLabels } from './labels.js';
import { curve, describeNode, HEADER, neighbour, secondLine, shifted } from './model.js';

const LARGEST_SCALE = 1.4;
const READABLE_SCALE = 0.7; // below it names are too small; the picture is then larger than the screen
const MARGIN = 30; // px around the picture when it is fitted
const TOOLS = 28; // px more below it, where the buttons stand
const PAD = 12; // px around a node that is brought into view

/**
 * @param {HTMLElement} host
 * @param {{ onSelect(path: string): void, onToggle(path: string): void, onClear(): void }} options
 */
export function createPicture(host, options) {
  const layer = s('g', null);
  const svg = /** @type {SVGSVGElement} */ (s('svg', { class: 'graph', role: 'group', 'aria-label': 'Graph' },
    s('defs', null, marker('arrow', 'arrow-head'), marker('arrow-lit', 'arrow-head lit')), layer));
  host.append(svg);
  /** @type {import('./model.js').Scene} */
  let scene = { nodes: [], edges: [], width: 0, height: 0 };
  /** @type {string | null} */
  let selected = null;
  const view = { x: 0, y: 0, scale: 1 };
  let moved = false; // by the user, who then sees to it that what matters is on the screen

  function apply() {
    const { clientWidth: width, clientHeight: height } = host;
    svg.setAttribute('viewBox', `${view.x} ${view.y} ${width / view.scale} ${height / view.scale}`);
  }
  function fittingScale() {
    const { clientWidth: width, clientHeight: height } = host;
    return Math.min(LARGEST_SCALE, (width - 2 * MARGIN) / scene.width, (height - 2 * MARGIN - TOOLS) / scene.height);
  }
  function fit() {
    const { clientWidth: width, clientHeight: height } = host;
    if (!scene.width || !width) return;
    moved = false;
    view.scale = fittingScale();
    view.x = scene.width / 2 - width / view.scale / 2;
    view.y = scene.height / 2 - (height - TOOLS) / view.scale / 2;
    apply();
  }
  /** Moves the picture as little as brings a node into view. @param {import('./model.js').DrawnNode} node */
  function intoView({ x, y, width, height }) {
    view.x = shifted(view.x, host.clientWidth / view.scale, x - width / 2 - PAD, width + 2 * PAD);
    view.y = shifted(view.y, host.clientHeight / view.scale, y - height / 2 - PAD, height + 2 * PAD);
    apply();
  }
  /** @param {number} factor @param {number} [px] @param {number} [py] */
  function zoom(factor, px = host.clientWidth / 2, py = host.clientHeight / 2) {
    moved = true;
    const next = Math.min(4, Math.max(0.02, view.scale * factor));
    view.x += px / view.scale - px / next;
    view.y += py / view.scale - py / next;
    view.scale = next;
    apply();
  }
  /** @param {string} path */
  function centre(path) {
    const node = scene.nodes.find(({ child }) => child.path === path);
    if (!node) return;
    moved = true;
    view.scale = Math.max(view.scale, READABLE_SCALE);
    view.x = node.x - host.clientWidth / view.scale / 2;
    view.y = node.y - host.clientHeight / view.scale / 2;
    apply();
  }
  function draw() {
    const focused = document.activeElement?.getAttribute('data-path');
    const lit = (/** @type {import('./model.js').DrawnEdge} */ { edge }) => selected !== null
      && (edge.source === selected || edge.target === selected);
    const near = new Set(scene.edges.filter(lit).flatMap(({ edge }) => [edge.source, edge.target]));
    const open = scene.nodes.filter((node) => node.open);
    const labels = placeLabels(scene);
    fill(layer, open.map((node) => group(node)), scene.edges.map((edge, i) => line(edge, lit(edge), labels[i])),
      scene.nodes.filter((node) => !node.open).map((node) => box(node, near.has(node.child.path))));
    if (focused) {
      /** @type {SVGElement | undefined} */ ([...layer.querySelectorAll('[data-path]')].map((e) => /** @type {SVGElement} */ (e))
        .find((e) => e.dataset.path === focused))?.focus();
    }
  }
  /** @param {import('./model.js').DrawnNode} node */
  function events(node) {
    const { path } = node.child;
    return {
      tabindex: 0,
      role: 'button',
      'data-path': path,
      'aria-label': describeNode(node),
      'aria-pressed': String(path === selected),
      ...(node.child.group ? { 'aria-expanded': String(node.open) } : {}),
      onclick: (/** @type {Event} */ event) => {
        event.stopPropagation();
        options.onSelect(path);
      },
      ondblclick: () => node.child.group && options.onToggle(path),
      onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event, node),
      // By keyboard, one may come to a node that is not on the screen.
      onfocus: (/** @type {Event} */ event) => /** @type {Element} */ (event.target).matches(':focus-visible') && intoView(node),
    };
  }
  /** @param {KeyboardEvent} event @param {import('./model.js').DrawnNode} node */
  function onKey(event, node) {
    if (event.key === 'Enter' || event.key === ' ') {
      options.onSelect(node.child.path);
      if (node.child.group) options.onToggle(node.child.path);
    } else if (event.key.startsWith('Arrow')) {
      const next = neighbour(scene.nodes, node, event.key);
      if (next) /** @type {SVGElement | null} */ (layer.querySelector(`[data-path="${CSS.escape(next.child.path)}"]`))?.focus();
    } else if (event.key === 'Escape') options.onClear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  /** @param {import('./model.js').DrawnNode} node */
  function group(node) {
    const { x, y, width, height, child } = node;
    return s('g', { class: `open-group${child.path === selected ? ' selected' : ''}`, ...events(node) },
      s('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: 10 }),
      s('text', { x: x - width / 2 + 30, y: y - height / 2 + HEADER / 2 + 6, class: 'node-name' }, child.name),
      sign(x - width / 2 + 16, y - height / 2 + HEADER / 2 + 2, true, child.path));
  }
  /** @param {number} x @param {number} y @param {boolean} open @param {string} path */
  function sign(x, y, open, path) {
    return s('g', { class: 'sign', onclick: (/** @type {Event} */ event) => { event.stopPropagation(); options.onToggle(path); } },
      s('title', null, open ? 'Close' : 'Open'), s('circle', { cx: x, cy: y, r: 8 }),
      s('path', { d: `M${x - 4},${y}h8${open ? '' : `M${x},${y - 4}v8`}` }));
  }
  /** @param {import('./model.js').DrawnNode} node @param {boolean} isNear */
  function box(node, isNear) {
    const { x, y, width, height, child, look } = node;
    const second = secondLine(child);
    const round = { group: 8, op: height / 2, constant: 4, variable: 4, summary: height / 2 }[look];
    const state = child.path === selected ? ' selected' : isNear ? ' near' : '';
    return s('g', { class: `node ${look}${state}`, ...events(node) },
      s('title', null, child.path),
      s('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: round }),
      s('text', { x: child.group ? x + 9 : x, y: second ? y - 3 : y + 4, class: 'node-name' }, clipped(child.name, width, child.group)),
      second && s('text', { x: child.group ? x + 9 : x, y: y + 12, class: 'node-op' }, second),
      child.group && sign(x - width / 2 + 17, y, false, child.path));
  }
  /** @param {import('./model.js').DrawnEdge} drawn @param {boolean} lit @param {{ x: number, y: number } | null} place */
  function line({ edge, points }, lit, place) {
    const label = labelOf(edge);
    const text = `${edge.source} to ${edge.target}${edge.control ? ', control' : `: ${label || 'shape not known'}`}`;
    return s('g', { class: `edge${edge.control ? ' control' : ''}${lit ? ' lit' : ''}` },
      s('title', null, text),
      s('path', { d: curve(points), 'marker-end': `url(#${lit ? 'arrow-lit' : 'arrow'})`, 'stroke-width': Math.min(4, 1 + Math.log2(edge.count)) }),
      place && s('text', { x: place.x, y: place.y + 3, class: 'edge-label' }, label));
  }
  function drag() {
    moved = true;
    apply();
  }
  listen(svg, view, zoom, drag, options.onClear);
  let fitted = false;
  const observer = new ResizeObserver(() => (fitted ? apply() : fit()));
  observer.observe(host);

  return {
    /** @param {import('./model.js').Scene} next @param {string | null} path */
    update(next, path) {
      const first = scene.nodes.length === 0;
      scene = next;
      selected = path;
      draw();
      if (first) fit();
      fitted = scene.nodes.length > 0;
    },
    /**
     * Call it before a group opens or closes, and what it returns after: the whole picture is shown
     * where that can be read, else the group stays where it was on the screen, and in it.
     * @param {string} path
     */
    hold(path) {
      const before = scene.nodes.find(({ child }) => child.path === path);
      return () => {
        const after = scene.nodes.find(({ child }) => child.path === path);
        if (!before || !after) return;
        if (!moved && fittingScale() >= READABLE_SCALE) {
          fit();
          return;
        }
        view.x += after.x - before.x;
        view.y += after.y - before.y;
        intoView(after);
      };
    },
    /** Forgets the graph, so that the next one is fitted into the screen. */
    clear() {
      scene = { nodes: [], edges: [], width: 0, height: 0 };
      draw();
    },
    fit,
    zoom,
    centre,
    destroy() {
      observer.disconnect();
      svg.remove();
    },
  };
}

/** @param {string} id @param {string} className */
function marker(id, className) {
  return s('marker', { id, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: 'userSpaceOnUse', orient: 'auto' },
    s('path', { d: 'M0,0.5L8,4L0,7.5z', class: className }));
}

/** @param {string} name @param {number} width @param {boolean} isGroup */
function clipped(name, width, isGroup) {
  const room = Math.floor((width - (isGroup ? 48 : 20)) / 6.6);
  return name.length <= room ? name : `${name.slice(0, Math.ceil(room / 2) - 1)}…${name.slice(-Math.floor(room / 2))}`;
}

/**
 * Wheel and drag.
 * @param {SVGSVGElement} svg @param {{ x: number, y: number, scale: number }} view
 * @param {(factor: number, x?: number, y?: number) => void} zoom @param {() => void} apply @param {() => void} onClear
 */
function listen(svg, view, zoom, apply, onClear) {
  let from = /** @type {{ x: number, y: number } | null} */ (null);
  let moved = false;
  svg.addEventListener('wheel', (event) => {
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.0016), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  svg.addEventListener('pointerdown', (event) => {
    from = { x: event.clientX, y: event.clientY };
    moved = false;
  });
  svg.addEventListener('pointermove', (event) => {
    if (!from || !(event.buttons & 1)) return;
    if (!moved && Math.hypot(event.clientX - from.x, event.clientY - from.y) < 4) return;
    moved = true;
    view.x -= (event.clientX - from.x) / view.scale;
    view.y -= (event.clientY - from.y) / view.scale;
    from = { x: event.clientX, y: event.clientY };
    apply();
  });
  // A drag ends with a click on whatever it began on: that is meant for nobody.
  svg.addEventListener('click', (event) => moved && event.stopPropagation(), { capture: true });
  svg.addEventListener('click', onClear);
}
