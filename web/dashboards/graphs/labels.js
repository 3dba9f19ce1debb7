// Where the shapes stand along their edges: beside the line where it runs alone, and never on a node,
// a border, a line that carries tensors, or on each other. Where there is no room there is no label;
// who points at the line is told.

import { flattened, pieceOf } from './lines.js';
import { labelOf } from './looks.js';
import { HEADER } from './model.js';

/** @typedef {{ left: number, top: number, width: number, height: number }} Box */

const CHARACTER = 6.7; // width of a character at 10.5 px, about
const HEIGHT = 12;
const GAP = 7; // between a line and its label
const CELL = 64;
const ROWS = 1e7; // more than there are cells above each other
const HEAD = { width: 12, height: 9 }; // of an arrow, and a little
const BORDER = 3; // px
const MANY = 6; // lines to one box that carry alike tensors; of more, one is labelled
const DENSE = 1500; // edges; among more, labels need not keep clear of lines
// How far along the edge a label may stand, the best place first.
const PLACES = [0.5, 0.45, 0.55, 0.4, 0.6, 0.34, 0.66, 0.28, 0.72, 0.22, 0.78, 0.16, 0.84, 0.1, 0.9];

/** @typedef {({ x: number, y: number } | null)[]} Places of each edge's label: its left end, on its middle line; null where there is no room for it */

/**
 * Places labels one by one: `next` says whether there is more to do.
 * Below it there is no line of data; one of control, if nothing is better.
 * @param {import('./model.js').Scene} scene
 * @param {(text: string) => number} [widthOf] how wide a label is, where it can be measured
 */
export function createLabeller(scene, widthOf = estimated) {
  const [taken, crossed, waiting] = [createTaken(), createTaken(), createTaken()];
  const { edges } = scene;
  const said = new Set();
  /** @type {Places} */
  const places = [];
  const boxes = [...scene.nodes.flatMap((node) => (node.open ? frame(node) : [node])), ...scene.pills, ...scene.rests];
  const lines = edges.length <= DENSE ? pieces(edges) : [].values();
  const shared = createShared();
  const alike = countedBy(edges, targetKey);
  let at = 0;

  function next() {
    if (at < boxes.length) {
      const { x, y, width, height } = boxes[at++];
      taken.add({ left: x - width / 2, top: y - height / 2, width, height });
      return true;
    }
    const line = lines.next();
    if (!line.done) {
      const { box, drawn, piece } = line.value;
      (drawn.edge.kind === 'control' ? waiting : crossed).add(box);
      if (piece) shared.add(piece, labelOf(drawn.edge));
    } else if (places.length < edges.length) places.push(place(edges[places.length]));
    else return false;
    return true;
  }
  /** @param {import('./model.js').DrawnEdge} drawn */
  function place({ edge, group, from, points }) {
    const text = labelOf(edge);
    // What leaves a node in one bundle is said once, and what came through a border was said outside.
    const key = `${group}\n${edge.source}\n${text}`;
    if (!text || !from || said.has(key)) return null;
    const target = targetKey({ edge, group });
    const bundle = /** @type {number} */ (alike.get(target)) > MANY;
    if (bundle && said.has(target)) return null;
    const free = candidates(points, widthOf(text), (piece, y) => shared.has(piece, y, text)).filter((box) => !taken.has(box) && !crossed.has(box));
    const best = free.find((box) => !waiting.has(box)) ?? free[0];
    if (!best) return null;
    taken.add(best);
    said.add(key);
    if (bundle) said.add(target);
    return { x: best.left, y: best.top + HEIGHT / 2 };
  }
  return { places, next };
}

/** The title and the border of an open box. @param {{ x: number, y: number, width: number, height: number }} node */
function frame({ x, y, width, height }) {
  const upright = [x - width / 2, x + width / 2].map((edge) => ({ x: edge, y, width: BORDER, height }));
  return [...upright, { x, y: y - height / 2 + HEADER / 2, width, height: HEADER }, { x, y: y + height / 2, width, height: BORDER }];
}

/** What lines have in common that say the same of the same target. @param {Pick<import('./model.js').DrawnEdge, 'edge' | 'group'>} drawn */
function targetKey({ edge, group }) {
  return `to ${group}\n${edge.target}\n${labelOf(edge)}`;
}

/** @template T @param {T[]} items @param {(item: T) => string} keyOf */
function countedBy(items, keyOf) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const key of items.map(keyOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** All labels at once. @param {import('./model.js').Scene} scene @returns {Places} */
export function placeLabels(scene) {
  const { places, next } = createLabeller(scene);
  while (next());
  return places;
}

/**
 * The boxes in which the label of a line may stand, the best first.
 * @param {{ x: number, y: number }[]} points @param {number} width
 * @param {(piece: Piece, y: number) => boolean} isShared whether another line runs there, too
 * @returns {Box[]}
 */
function candidates(points, width, isShared) {
  const line = flattened(points);
  return PLACES.map((share) => along(line, share)).filter(({ x, y }) => !isShared(pieceOf(points, { x, y }), y))
    .flatMap((at) => beside(at, width).map(({ x, y }) => ({ left: x, top: y - HEIGHT / 2, width, height: HEIGHT })));
}

/** @typedef {[{ x: number, y: number }, { x: number, y: number }]} Piece of a line */

/** Which pieces of lines carry what: upright ones by their place and reach, others by their ends. */
function createShared() {
  /** @type {Map<string, { top: number, bottom: number, text: string }[]>} */
  const found = new Map();
  const key = (/** @type {Piece} */ [a, b]) => (a.x === b.x ? `${Math.round(a.x * 4)}` : `${Math.round(a.x * 4)} ${Math.round(a.y * 4)} ${Math.round(b.x * 4)} ${Math.round(b.y * 4)}`);
  return {
    /** @param {Piece} piece @param {string} text */
    add(piece, text) {
      const reach = { top: Math.min(piece[0].y, piece[1].y), bottom: Math.max(piece[0].y, piece[1].y), text };
      const known = found.get(key(piece));
      if (!known) found.set(key(piece), [reach]);
      else if (!known.some((one) => one.text === text && one.top <= reach.top && one.bottom >= reach.bottom)) known.push(reach);
    },
    /** Whether something else than `text` runs there. @param {Piece} piece @param {number} y @param {string} text */
    has: (piece, y, text) => (found.get(key(piece)) ?? []).some((one) => one.text !== text && one.top <= y && one.bottom >= y),
  };
}

/** How wide a label is, about. @param {string} text */
export function estimated(text) {
  return text.length * CHARACTER;
}

/**
 * Narrow boxes that cover lines and the heads of arrows; what several lines have in common is
 * covered once for each sort of them.
 * @param {import('./model.js').DrawnEdge[]} edges
 * @returns {IterableIterator<{ box: Box, drawn: import('./model.js').DrawnEdge, piece: Piece | null }>} piece: with its first box
 */
function* pieces(edges) {
  const seen = new Set();
  for (const drawn of edges) {
    const { x, y } = drawn.points[drawn.points.length - 1];
    if (drawn.to) yield { box: { left: x - HEAD.width / 2, top: y, ...HEAD }, drawn, piece: null };
  }
  for (const drawn of edges) for (let i = 1; i < drawn.points.length; i += 1) {
    const [start, end] = [drawn.points[i - 1], drawn.points[i]];
    const key = `${start.x} ${start.y} ${end.x} ${end.y} ${drawn.edge.kind} ${labelOf(drawn.edge)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const steps = flattened([start, end]);
    for (let k = 1; k < steps.length; k += 1) {
      const [left, top] = [Math.min(steps[k - 1].x, steps[k].x), Math.min(steps[k - 1].y, steps[k].y)];
      const box = { left: left - 1, top, width: Math.abs(steps[k].x - steps[k - 1].x) + 2, height: Math.abs(steps[k].y - steps[k - 1].y) };
      yield { box, drawn, piece: k === 1 ? [start, end] : null };
    }
  }
}

/**
 * The places for a label of that width at a point: beside a steep line; above, below or beside a
 * flat one.
 * @param {{ x: number, y: number, steep: boolean }} point @param {number} width
 */
function beside({ x, y, steep }, width) {
  const sides = [{ x: x + GAP, y }, { x: x - GAP - width, y }];
  return steep ? sides : [{ x: x - width / 2, y: y - HEIGHT / 2 - GAP }, { x: x - width / 2, y: y + HEIGHT / 2 + GAP }, ...sides];
}

/**
 * The point at a share of a broken line's length, and whether the line is steep there.
 * @param {{ x: number, y: number }[]} points @param {number} share from 0 to 1
 */
export function along(points, share) {
  const lengths = points.slice(1).map((p, i) => Math.hypot(p.x - points[i].x, p.y - points[i].y));
  let rest = share * lengths.reduce((sum, length) => sum + length, 0);
  for (let i = 0; i < lengths.length; i += 1) {
    if (rest <= lengths[i]) {
      const part = lengths[i] > 0 ? rest / lengths[i] : 0;
      const [from, to] = [points[i], points[i + 1]];
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      return { x: from.x + part * dx, y: from.y + part * dy, steep: Math.abs(dy) >= Math.abs(dx) };
    }
    rest -= lengths[i];
  }
  return { ...points[points.length - 1], steep: true };
}

/** Boxes on a grid, so that a question looks at the neighbourhood only. */
function createTaken() {
  /** @type {Map<number, Box[]>} */
  const cells = new Map();
  /** @param {Box} box */
  const keys = (box) => {
    const found = [];
    for (let i = Math.floor(box.left / CELL); i <= Math.floor((box.left + box.width) / CELL); i += 1) {
      for (let j = Math.floor(box.top / CELL); j <= Math.floor((box.top + box.height) / CELL); j += 1) found.push(i * ROWS + j);
    }
    return found;
  };
  return {
    /** @param {Box} box */
    add(box) {
      for (const key of keys(box)) {
        const cell = cells.get(key);
        if (cell) cell.push(box);
        else cells.set(key, [box]);
      }
    },
    /** @param {Box} box */
    has: (box) => keys(box).some((key) => (cells.get(key) ?? []).some((other) => overlap(box, other))),
  };
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}
