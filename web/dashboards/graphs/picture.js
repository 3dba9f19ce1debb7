// The picture of a graph on a canvas, which is moved, zoomed, and asked what lies where.
//
// A small picture is drawn anew for each frame; a large one is kept as tiles. Over it lie the same
// nodes as elements, for keyboard and screen readers.

import { h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { beginning, between, centred, firstView, fitted, fittingScale, intoView, READABLE, shownBox, SKETCH, zoomed } from './camera.js';
import { around, flattened } from './lines.js';
import { describeEdge } from './looks.js';
import { createLabelling, createMarking, emptyDrawing, inSlices, markBox } from './marking.js';
import { LABEL_SIZE, marksOf, NO_EMPHASIS } from './marks.js';
import { createMinimap } from './minimap.js';
import { motion } from './motion.js';
import { createOverlay, MOST_ELEMENTS } from './overlay.js';
import { paint } from './paint.js';
import { readPalette } from './palette.js';
import { createIndex } from './places.js';
import { listen } from './pointer.js';
import { createTiles } from './tiles.js';
import { describe, walk } from './walk.js';

const MOST_DIRECT = 800; // marks in the window that are drawn anew each frame
const MOST_MOVING = 250; // nodes and edges of a picture that moves from one state to the next
const MOVE = 240; // ms
const REST = 120; // ms without motion, after which the elements follow
const SIGN = { at: 17, radius: 11 }; // px from the left edge of a group, and how near is on it
const NEAR = 5; // px from a line that are on it

/** @typedef {import('./model.js').Scene} Scene @typedef {import('./overlay.js').Drawn} Drawn */
const EMPTY = /** @type {Scene} */ ({ nodes: [], pills: [], rests: [], edges: [], ports: [], width: 0, height: 0 });

/**
 * @param {HTMLElement} host
 * @param {{ onSelect(path: string): void, onToggle(path: string): void, onPullOut(paths: string[]): void, onClear(): void, onLeave(path: string): void }} options
 */
export function createPicture(host, options) {
  const canvas = h('canvas', { class: 'graph', 'aria-hidden': 'true' });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
  const overlay = createOverlay({ onFocus: (path) => show(path) });
  const tip = h('div', { class: 'graph-tip', hidden: true });
  const minimap = createMinimap((x, y) => moveTo({ ...view, x: x - host.clientWidth / view.scale / 2, y: y - host.clientHeight / view.scale / 2 }));
  host.append(canvas, overlay.element, minimap.element, tip);
  const tiles = createTiles();

  let scene = EMPTY;
  let emphasis = NO_EMPHASIS;
  let palette = readPalette();
  let view = { x: 0, y: 0, scale: 1 };
  let marking = createMarking(EMPTY, NO_EMPHASIS);
  let drawing = emptyDrawing();
  /** @type {import('./places.js').Index<Drawn>} */
  let boxes = createIndex(/** @type {Drawn[]} */ ([]), boxOf);
  /** @type {import('./places.js').Index<{ drawn: import('./model.js').DrawnEdge, line: { x: number, y: number }[] }> | null} made when it is first asked */
  let lines = null;
  let moved = false; // by the user, who then sees to it that what matters is on the screen
  /** @type {{ start: number, scenes: ((share: number) => Scene) | null, from: typeof view, to: typeof view, done: () => void } | null} */
  let moving = null;
  let frame = 0;
  let resting = 0;
  let large = false;
  let labels = /** @type {import('./labels.js').Places} */ ([]);
  let stopLabelling = () => {};
  /** What is being made to be shown. @type {{ scene: Scene, held: string | null, stop(): void, resolve(): void } | null} */
  let pending = null;

  const widths = /** @type {Map<string, number>} */ (new Map());
  /** @param {string} text */
  function widthOf(text) {
    const known = widths.get(text);
    if (known !== undefined) return known;
    context.font = `400 ${LABEL_SIZE}px ${palette.font}`;
    const { width } = context.measureText(text);
    widths.set(text, width);
    return width;
  }

  let room = { width: host.clientWidth, height: host.clientHeight };
  const size = () => room;
  const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

  function redraw() {
    if (!frame) frame = requestAnimationFrame(draw);
  }
  /** @param {number} now */
  function draw(now) {
    frame = 0;
    tip.hidden = true; // what lies under the pointer may be another thing now
    if (moving) step(now);
    const ratio = devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = palette.page;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const scale = view.scale * ratio;
    if (large && !moving?.scenes) {
      if (tiles.draw(context, drawing, palette, view, ratio)) redraw();
    } else {
      context.setTransform(scale, 0, 0, scale, Math.round(-view.x * scale), Math.round(-view.y * scale));
      const marks = moving?.scenes ? seen(marksOf(moving.scenes((now - moving.start) / MOVE), emphasis, [])) : drawing.within(shownBox(view, size()));
      paint(context, marks, palette, scale, ratio, shownBox(view, size()));
    }
    overlay.move(view);
    minimap.show(view, size());
    host.dataset.nodes = String(scene.nodes.length);
    if (moving) redraw();
  }
  /** Of marks those in the window. @param {import('./marks.js').Mark[]} marks */
  function seen(marks) {
    const { left, top, right, bottom } = shownBox(view, size());
    return marks.filter((mark) => {
      const box = markBox(mark);
      return box.left <= right && box.right >= left && box.top <= bottom && box.bottom >= top;
    });
  }
  /** One step on the way from a view and a scene to the next. @param {number} now */
  function step(now) {
    const { start, from, to, done } = /** @type {NonNullable<typeof moving>} */ (moving);
    const share = Math.min(1, (now - start) / MOVE);
    view = between(from, to, 1 - (1 - share) ** 3);
    if (share < 1) return;
    view = to;
    moving = null;
    done();
    rest();
  }
  /** @param {import('./camera.js').View} to @param {((share: number) => Scene) | null} [scenes] */
  function travel(to, scenes = null) {
    if (still() || !size().width || document.hidden) {
      moveTo(to);
      return Promise.resolve();
    }
    moving?.done();
    return /** @type {Promise<void>} */ (new Promise((done) => {
      moving = { start: performance.now(), scenes, from: view, to, done };
      redraw();
    }));
  }
  /** @param {import('./camera.js').View} to */
  function moveTo(to) {
    moving?.done();
    moving = null;
    view = to;
    redraw();
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
  }
  /** Once the picture stands: the elements and how it is drawn. */
  function rest() {
    clearTimeout(resting);
    const shown = shownBox(view, size());
    large = drawing.within(shown).length > MOST_DIRECT;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.path : undefined;
    const needed = boxes.items.filter(({ path }) => path === emphasis.selected || path === focused);
    overlay.update(boxes.items.length <= MOST_ELEMENTS ? boxes.items : boxes.within(shown), needed, view, emphasis.selected);
    redraw();
  }
  function resize() {
    const { width, height } = (room = { width: host.clientWidth, height: host.clientHeight });
    [canvas.width, canvas.height] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (!moved && scene.width) view = firstView(scene, size());
    rest();
  }
  /** Places the labels of a new scene, and then shows them. */
  function label() {
    stopLabelling();
    const { step, places } = createLabelling(scene, widthOf);
    let later = false;
    labels = [];
    stopLabelling = inSlices(step, () => {
      labels = places;
      drawing = marking.drawing(labels);
      if (!later) return;
      tiles.renew();
      rest();
    });
    later = true;
  }
  /**
   * Makes the marks of a scene, and shows it when they are made. What comes meanwhile takes its place.
   * @param {Scene} next @param {import('./marks.js').Emphasis} shown @param {string | null} held
   */
  function prepare(next, shown, held) {
    const before = pending;
    before?.stop();
    const made = createMarking(next, shown);
    const kept = held ?? (before?.scene === next ? before.held : null);
    return /** @type {Promise<void>} */ (new Promise((resolve) => {
      const mine = { scene: next, held: kept, stop() {}, resolve };
      pending = mine;
      const stop = inSlices(made.step, () => {
        if (pending === mine) pending = null;
        resolve(commit(next, shown, kept, made));
      });
      mine.stop = stop;
      before?.resolve();
    }));
  }
  /** @param {string} path */
  const find = (path) => /** @type {Drawn | undefined} */ (scene.nodes.find((node) => node.path === path) ?? scene.pills.find((pill) => pill.path === path && !pill.copy) ?? scene.pills.find((pill) => pill.path === path));
  /** Moves the picture as little as brings a node into view, and makes it larger where nothing could be read. @param {string} path */
  function show(path) {
    const node = find(path);
    if (node) moveTo(view.scale < SKETCH ? centred(view, node, size()) : intoView(view, node, size()));
  }
  /** @param {number} factor @param {number} [px] @param {number} [py] */
  function zoom(factor, px = size().width / 2, py = size().height / 2) {
    moved = true;
    moveTo(zoomed(view, factor, px, py));
  }
  /** @param {number} px @param {number} py */
  function at(px, py) {
    const point = { x: view.x + px / view.scale, y: view.y + py / view.scale };
    const box = { left: point.x, right: point.x, top: point.y, bottom: point.y };
    const rest = scene.rests.find((one) => inside(one, point));
    const node = boxes.within(box).pop();
    return { point, rest, node, onSign: node && 'open' in node && node.child.kind !== 'node' && onSign(node, point) };
  }
  /** @param {{ x: number, y: number }} point */
  function edgeAt(point) {
    lines ??= createIndex(scene.edges.map((drawn) => ({ drawn, line: flattened(drawn.points) })), ({ line }) => around(line));
    const reach = NEAR / view.scale;
    const near = lines.within({ left: point.x - reach, right: point.x + reach, top: point.y - reach, bottom: point.y + reach });
    return near.map(({ drawn, line }) => ({ drawn, far: distance(point, line) })).filter(({ far }) => far <= reach).sort((a, b) => a.far - b.far)[0]?.drawn;
  }

  const stop = listen(host, {
    onZoom: zoom,
    onDrag(dx, dy) {
      moved = true;
      tip.hidden = true;
      moveTo({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale });
    },
    onClick(px, py) {
      const { rest: more, node, onSign: sign } = at(px, py);
      if (more) options.onPullOut(more.more);
      else if (node && sign) options.onToggle(node.path);
      else if (node) options.onSelect(node.path);
      else options.onClear();
    },
    onDouble(px, py) {
      const { node, onSign: sign } = at(px, py);
      if (!node || sign) return;
      enter(node);
    },
    onHover(px, py) {
      const { node, rest: more, point } = at(px, py);
      const edge = node && !('open' in node && node.open) ? undefined : edgeAt(point);
      const words = more ? say('graph.beside', { n: more.more.length, host: more.host }) : edge ? describeEdge(edge.edge) : node ? describe(node) : '';
      host.classList.toggle('on-node', Boolean(node && !('open' in node && node.open)) || Boolean(more));
      tip.hidden = !words;
      tip.textContent = words;
      const left = Math.min(px + 14, size().width - tip.offsetWidth - 8);
      Object.assign(tip.style, { left: `${Math.max(4, left)}px`, top: `${py + 18 + tip.offsetHeight > size().height ? py - 12 - tip.offsetHeight : py + 18}px` });
    },
    onOut: () => (tip.hidden = true),
  });
  overlay.element.addEventListener('keydown', (event) => {
    const { path } = /** @type {HTMLElement} */ (event.target).dataset;
    const node = path === undefined ? undefined : find(path);
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith('Arrow')) goTo(walk(scene, node.path, event.key));
    else if (event.key === ' ') options.onSelect(node.path);
    else if (event.key === 'Enter') {
      enter(node);
      options.onSelect(node.path);
    } else if (event.key === 'Escape') {
      if (node.group) goTo(node.group);
      options.onLeave(node.group);
    } else if (event.key === '+' || event.key === '-') zoom(event.key === '+' ? 1.3 : 1 / 1.3);
    else if (event.key === '0') fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  /** Opens or closes a box; pulls out a node that is tucked away. @param {Drawn} node */
  function enter(node) {
    if (node.child.kind !== 'node') options.onToggle(node.path);
    else if ('host' in node) options.onPullOut([node.path]);
  }
  /** By keyboard to another node, which may not have been on the screen. @param {string | null} path */
  function goTo(path) {
    const node = path === null ? undefined : find(path);
    if (!node) return;
    if (!overlay.has(node.path)) overlay.update(boxes.within(shownBox(view, size())), [node], view, emphasis.selected);
    overlay.focus(node.path);
    show(node.path);
  }
  function fit() {
    moved = false;
    return travel(fitted(scene, size()));
  }
  /**
   * Shows what is made.
   * @param {Scene} next @param {import('./marks.js').Emphasis} shown @param {string | null} held @param {ReturnType<typeof createMarking>} made
   * @returns {Promise<void> | void} until it has come to rest
   */
  function commit(next, shown, held, made) {
    const before = scene;
    const was = held === null ? undefined : find(held);
    scene = next;
    emphasis = shown;
    if (held !== null) host.dataset.opened = held;
    lines = null;
    boxes = createIndex([...scene.nodes, ...scene.pills], boxOf);
    minimap.update(scene, palette);
    marking = made;
    if (before !== next) labels = [];
    drawing = marking.drawing(labels);
    tiles.clear();
    if (before !== next) label();
    if (!room.width) room = { width: host.clientWidth, height: host.clientHeight };
    if (before.nodes.length === 0) {
      moveTo(firstView(scene, size()));
      return rest();
    }
    const is = held === null ? undefined : find(held);
    const scenes = before !== next && next.nodes.length + next.edges.length <= MOST_MOVING ? motion(before, next) : null;
    if (!was || !is) {
      if (before !== next && scenes && !moved && fittingScale(next, size()) >= READABLE) return travel(fitted(next, size()), scenes);
      moveTo(view);
      return rest();
    }
    if (!moved && fittingScale(scene, size()) >= READABLE) return travel(fitted(scene, size()), scenes);
    const kept = { scale: Math.max(view.scale, Math.min(READABLE, 1)), x: 0, y: 0 };
    [kept.x, kept.y] = [is.x - ((was.x - view.x) * view.scale) / kept.scale, is.y - ((was.y - view.y) * view.scale) / kept.scale];
    const box = { x: is.x, y: is.y, width: is.width, height: is.height };
    const whole = Math.min((size().width - 60) / box.width, (size().height - 110) / box.height);
    if (whole < kept.scale && whole >= READABLE) return travel(centredAt(box, whole), scenes);
    return travel(beginning(box, scene.nodes.filter(({ group }) => group === held), kept, size()), scenes);
  }
  const observer = new ResizeObserver(resize);
  observer.observe(host);

  return {
    /**
     * @param {Scene} next @param {import('./marks.js').Emphasis} shown
     * @param {string | null} [held] a group that opens or closes, which stays where it is on the screen
     */
    update: (next, shown, held = null) => prepare(next, shown, held),
    /** Forgets the graph, so that the next one is fitted into the window. */
    clear() {
      pending?.stop();
      pending?.resolve();
      pending = null;
      stopLabelling();
      scene = EMPTY;
      labels = [];
      drawing = emptyDrawing();
      tiles.clear();
      boxes = createIndex(/** @type {Drawn[]} */ ([]), boxOf);
      lines = null;
      moved = false;
      minimap.update(scene, palette);
      rest();
    },
    recolour() {
      palette = readPalette();
      minimap.update(scene, palette);
      tiles.clear();
      redraw();
    },
    fit,
    zoom,
    /** Brings a node into view, if not all of the picture can be read. @param {string} path */
    show(path) {
      if (view.scale < READABLE) this.centre(path);
      else show(path);
    },
    /** @param {string} path */
    centre(path) {
      const node = find(path);
      if (!node) return;
      moved = true;
      travel(centred(view, node, size()));
    },
    /** @param {string} path */
    focus: (path) => goTo(path),
    /** What is shown, or will be. */
    get scene() {
      return pending?.scene ?? scene;
    },
    get marks() {
      return drawing.marks;
    },
    get palette() {
      return palette;
    },
    destroy() {
      observer.disconnect();
      cancelAnimationFrame(frame);
      clearTimeout(resting);
      stopLabelling();
      pending?.stop();
      stop();
    },
  };
  /** @param {{ x: number, y: number, width: number, height: number }} box @param {number} scale */
  function centredAt(box, scale) {
    return { scale, x: box.x - size().width / scale / 2, y: box.y - size().height / scale / 2 };
  }
}

/** @param {{ x: number, y: number, width: number, height: number }} drawn */
function boxOf({ x, y, width, height }) {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

/** @param {{ x: number, y: number, width: number, height: number }} box @param {{ x: number, y: number }} point */
function inside({ x, y, width, height }, point) {
  return Math.abs(point.x - x) <= width / 2 && Math.abs(point.y - y) <= height / 2;
}

/** @param {import('./model.js').DrawnNode} node @param {{ x: number, y: number }} point */
function onSign({ x, y, width, height, open }, point) {
  const middle = { x: x - width / 2 + SIGN.at, y: open ? y - height / 2 + 16 : y };
  return Math.hypot(point.x - middle.x, point.y - middle.y) <= SIGN.radius;
}

/** How far a point is from a line. @param {{ x: number, y: number }} point @param {{ x: number, y: number }[]} line */
function distance(point, line) {
  let least = Infinity;
  for (let i = 1; i < line.length; i += 1) {
    const [a, b] = [line[i - 1], line[i]];
    const long = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
    const t = long ? Math.max(0, Math.min(1, ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / long)) : 0;
    least = Math.min(least, Math.hypot(point.x - a.x - t * (b.x - a.x), point.y - a.y - t * (b.y - a.y)));
  }
  return least;
}
