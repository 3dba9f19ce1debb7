// The layout of one group of a graph: its connected pieces, each by itself, side by side.
//
// Data flows upwards. The picture depends on the order of nodes and edges and on nothing else, and
// a node that grows makes room without changing any order.

import { folded } from './folded.js';
import { layered } from './layered.js';

const APART = 34; // px between pieces
const NEAR = 14; // px between nodes that stand alone
const LARGE = 300; // nodes of a piece; a larger one is folded where it has many wide ranks
const ASPECT = 1.6; // width to height of several pieces together
const CLOSED = 240; // px: about how high a piece is whose boxes are closed

/**
 * @typedef {{ id: string, width: number, height: number, nominal?: number, pin?: 'in' | 'out' | null, shift?: number, span?: number, core?: number }} Box
 *     nominal: its width when closed, by which pieces find their row; the rest as in layered.js
 * @typedef {{ source: string, target: string, loop?: boolean, sourceAt?: number, targetAt?: number }} Link
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ nodes: Record<string, Point>, edges: Point[][], back: boolean[], width: number, height: number }} Layout
 */

/**
 * @param {{ nodes: Box[], edges: Link[] }} input
 * @returns {Layout}
 */
export function layoutOf({ nodes, edges }) {
  const number = new Map(nodes.map(({ id }, i) => [id, i]));
  const numbered = edges.map((edge) => ({ ...edge, source: /** @type {number} */ (number.get(edge.source)), target: /** @type {number} */ (number.get(edge.target)) }));
  const pieces = piecesOf(nodes, numbered);
  /** @type {Layout} */
  const layout = { nodes: {}, edges: edges.map(() => []), back: edges.map(() => false), width: 0, height: 0 };
  const standing = stand(pieces.map((piece) => ({ piece, placed: place(piece, nodes, numbered) })), nodes);
  for (const { piece, placed, left, top } of standing) {
    piece.nodes.forEach((v, i) => (layout.nodes[nodes[v].id] = { x: left + placed.places[i].x, y: top + placed.places[i].y }));
    piece.edges.forEach((e, i) => {
      layout.edges[e] = placed.lines[i].map(({ x, y }) => ({ x: left + x, y: top + y }));
      layout.back[e] = placed.back[i];
    });
    layout.width = Math.max(layout.width, left + placed.width);
    layout.height = Math.max(layout.height, top + placed.height);
  }
  return layout;
}

/** @typedef {{ nodes: number[], edges: number[] }} Piece */

/**
 * What is joined, the largest first; what is pinned is joined with all that is pinned. Nodes
 * without edges are one piece at the end.
 * @param {Box[]} nodes @param {{ source: number, target: number }[]} edges
 * @returns {Piece[]}
 */
function piecesOf(nodes, edges) {
  const parent = [...nodes.keys()];
  const root = (/** @type {number} */ v) => {
    while (parent[v] !== v) {
      parent[v] = parent[parent[v]];
      v = parent[v];
    }
    return v;
  };
  const join = (/** @type {number} */ a, /** @type {number} */ b) => {
    const [low, high] = [root(a), root(b)].sort((x, y) => x - y);
    parent[high] = low;
  };
  edges.forEach(({ source, target }) => join(source, target));
  const pinned = [...nodes.keys()].filter((v) => nodes[v].pin);
  pinned.forEach((v) => join(pinned[0], v));
  /** @type {Map<number, Piece>} */
  const pieces = new Map();
  nodes.forEach((_, v) => {
    const piece = pieces.get(root(v)) ?? { nodes: [], edges: [] };
    pieces.set(root(v), piece);
    piece.nodes.push(v);
  });
  edges.forEach(({ source }, e) => /** @type {Piece} */ (pieces.get(root(source))).edges.push(e));
  const all = [...pieces.values()];
  const alone = all.filter((piece) => !piece.edges.length).flatMap((piece) => piece.nodes);
  const joined = all.filter((piece) => piece.edges.length).sort((a, b) => b.nodes.length - a.nodes.length || a.nodes[0] - b.nodes[0]);
  return alone.length ? [...joined, { nodes: alone, edges: [] }] : joined;
}

/** @param {Piece} piece @param {Box[]} nodes @param {{ source: number, target: number, loop?: boolean, sourceAt?: number, targetAt?: number }[]} edges */
function place(piece, nodes, edges) {
  const boxes = piece.nodes.map((v) => nodes[v]);
  if (!piece.edges.length) return grid(boxes);
  const local = new Map(piece.nodes.map((v, i) => [v, i]));
  const links = piece.edges.map((e) => ({ ...edges[e], source: /** @type {number} */ (local.get(edges[e].source)), target: /** @type {number} */ (local.get(edges[e].target)) }));
  if (boxes.length <= LARGE || boxes.some(({ pin }) => pin)) return layered(boxes, links);
  const flat = folded(boxes, links);
  return flat.height * 12 > flat.width ? flat : layered(boxes, links);
}

/** Nodes that stand alone, in rows. @param {Box[]} boxes */
function grid(boxes) {
  const area = boxes.reduce((sum, { width, nominal, height }) => sum + ((nominal ?? width) + NEAR) * (Math.min(height, 60) + NEAR), 0);
  const limit = Math.max(220, Math.sqrt(area * ASPECT));
  const places = [];
  let [x, y, tall, width, nominalX] = [0, 0, 0, 0, 0];
  for (const box of boxes) {
    if (x > 0 && nominalX + (box.nominal ?? box.width) > limit) {
      y += tall + NEAR;
      [x, tall, nominalX] = [0, 0, 0];
    }
    places.push({ x: x + box.width / 2, y: y + box.height / 2 });
    width = Math.max(width, x + box.width);
    x += box.width + NEAR;
    nominalX += (box.nominal ?? box.width) + NEAR;
    tall = Math.max(tall, box.height);
  }
  return { places, lines: [], back: [], width, height: y + tall };
}

/**
 * What is pinned stands by itself at the left, so that its lines reach both borders; the rest is
 * beside it.
 * @param {{ piece: Piece, placed: import('./layered.js').Placed }[]} placed @param {Box[]} nodes
 */
function stand(placed, nodes) {
  const pinned = placed.filter(({ piece }) => piece.nodes.some((v) => nodes[v].pin) && piece.edges.length);
  if (!pinned.length) return shelves(placed, nodes);
  const [{ placed: { width } }] = pinned;
  const rest = shelves(placed.filter((one) => !pinned.includes(one)), nodes);
  return [{ ...pinned[0], left: 0, top: 0 }, ...rest.map((one) => ({ ...one, left: one.left + width + APART }))];
}

/**
 * Pieces in rows from left to right. Which row, their sizes with all boxes closed say.
 * @returns {{ piece: Piece, placed: import('./layered.js').Placed, left: number, top: number }[]}
 * @param {{ piece: Piece, placed: import('./layered.js').Placed }[]} placed @param {Box[]} nodes
 */
function shelves(placed, nodes) {
  const closed = placed.map(({ piece, placed: { width, height } }) => {
    const grown = piece.nodes.reduce((sum, v) => sum + Math.max(0, nodes[v].width - (nodes[v].nominal ?? nodes[v].width)), 0);
    return { width: width - grown + APART, height: (grown ? Math.min(height, CLOSED) : height) + APART };
  });
  const area = closed.reduce((sum, { width, height }) => sum + width * height, 0);
  const limit = Math.max(Math.sqrt(area * ASPECT), ...closed.map(({ width }) => width));
  /** @type {ReturnType<typeof shelves>} */
  const found = [];
  let [x, closedX, y, tall] = [0, 0, 0, 0];
  placed.forEach(({ piece, placed: one }, i) => {
    if (x > 0 && closedX + closed[i].width > limit) {
      y += tall + APART;
      [x, closedX, tall] = [0, 0, 0];
    }
    found.push({ piece, placed: one, left: x, top: y });
    x += one.width + APART;
    closedX += closed[i].width;
    tall = Math.max(tall, one.height);
  });
  return found;
}
