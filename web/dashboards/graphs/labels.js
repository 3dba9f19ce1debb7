// Where the shapes stand along their edges: beside the line, and never on a node or on each other.

import { flattened } from './lines.js';
import { labelOf } from './looks.js';
import { HEADER } from './model.js';

/** @typedef {{ left: number, top: number, width: number, height: number }} Box */

const CHARACTER = 6.7; // width of a character at 10.5 px, about
const HEIGHT = 12;
const GAP = 5; // between a line and its label
const CELL = 64;
const ROWS = 1e7; // more than there are cells above each other
const HEAD = { width: 12, height: 9 }; // of an arrow, and a little
const MANY = 6; // lines to one box that carry alike tensors; of more, one is labelled
const DENSE = 1500; // edges; among more, labels need not keep clear of lines
// How far along the edge a label may stand, the best place first.
const PLACES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88];

/** @typedef {({ x: number, y: number } | null)[]} Places of each edge's label: its left end, on its middle line; null where there is no room for it */

/**
 * Places labels one by one: `next` says whether there is more to do.
 * Where other edges leave room, a label does not lie on them either.
 * @param {import('./model.js').Scene} scene
 * @param {(text: string) => number} [widthOf] how wide a label is, where it can be measured
 */
export function createLabeller(scene, widthOf = estimated) {
  const [taken, crossed] = [createTaken(), createTaken()];
  const { edges } = scene;
  const said = new Set();
  /** @type {Places} */
  const places = [];
  const boxes = [...scene.nodes.map(({ open, x, y, width, height }) => (open ? { x, y: y - height / 2 + HEADER / 2, width, height: HEADER } : { x, y, width, height })), ...scene.pills, ...scene.rests];
  const lines = edges.length <= DENSE ? pieces(edges) : [].values();
  const alike = countedBy(edges, targetKey);
  let at = 0;

  function next() {
    if (at < boxes.length) {
      const { x, y, width, height } = boxes[at++];
      taken.add({ left: x - width / 2, top: y - height / 2, width, height });
      return true;
    }
    const line = lines.next();
    if (!line.done) crossed.add(line.value);
    else if (places.length < edges.length) places.push(place(edges[places.length]));
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
    const free = candidates(flattened(points), widthOf(text)).filter((box) => !taken.has(box));
    const best = free.find((box) => !crossed.has(box)) ?? free[0];
    if (!best) return null;
    taken.add(best);
    said.add(key);
    if (bundle) said.add(target);
    return { x: best.left, y: best.top + HEIGHT / 2 };
  }
  return { places, next };
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
 * @param {{ x: number, y: number }[]} line @param {number} width
 * @returns {Box[]}
 */
function candidates(line, width) {
  return PLACES.flatMap((share) => beside(along(line, share), width).map(({ x, y }) => ({ left: x, top: y - HEIGHT / 2, width, height: HEIGHT })));
}

/** How wide a label is, about. @param {string} text */
export function estimated(text) {
  return text.length * CHARACTER;
}

/**
 * Narrow boxes that cover lines and the heads of arrows; what several lines have in common is
 * covered once.
 * @param {import('./model.js').DrawnEdge[]} edges
 * @returns {IterableIterator<Box>}
 */
function* pieces(edges) {
  const seen = new Set();
  for (const { to, points } of edges) {
    const { x, y } = points[points.length - 1];
    if (to) yield { left: x - HEAD.width / 2, top: y, ...HEAD };
  }
  for (const { points: line } of edges) for (let i = 1; i < line.length; i += 1) {
    const [start, end] = [line[i - 1], line[i]];
    const key = `${start.x} ${start.y} ${end.x} ${end.y}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const steps = flattened([start, end]);
    for (let k = 1; k < steps.length; k += 1) {
      const [left, top] = [Math.min(steps[k - 1].x, steps[k].x), Math.min(steps[k - 1].y, steps[k].y)];
      yield { left: left - 1, top, width: Math.abs(steps[k].x - steps[k - 1].x) + 2, height: Math.abs(steps[k].y - steps[k - 1].y) };
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
