// Lays out one group of a graph at a time, off the main thread.
//
// A request is { id, nodes: [{ id, width, height }], edges: [{ source, target }], direction }; the
// answer { id, nodes: { id: { x, y } }, edges: [{ points }], width, height }, centres in pixels. Where
// dagre gives up (it overflows its stack on large flat graphs) or would take too long, the nodes are
// put on rows by how far they are from an input.

import { Graph, layout } from '../vendor/dagre/dagre.esm.js';
import { route } from './route.js';

const MOST_NODES = 400; // above that dagre takes seconds
const ROW_GAP = 58; // px between two rows: room for the edges' curves and their labels

/**
 * @typedef {{ id: string, width: number, height: number }} Box
 * @typedef {{ source: string, target: string }} Link
 * @typedef {{ id: number, nodes: Box[], edges: Link[] }} Request
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ nodes: Record<string, Point>, edges: Point[][], width: number, height: number }} Layout
 */

self.addEventListener('message', (event) => {
  const request = /** @type {Request} */ (event.data);
  self.postMessage({ id: request.id, layout: place(request) });
});

/** @param {Request} request @returns {Layout} */
function place(request) {
  if (request.nodes.length <= MOST_NODES) {
    try {
      return byDagre(request);
    } catch (error) {
      console.warn(`layout in rows, because dagre failed: ${error}`);
    }
  }
  return inRows(request);
}

/** @param {Request} request @returns {Layout} */
function byDagre({ nodes, edges }) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'BT', nodesep: 22, ranksep: ROW_GAP, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: node.width, height: node.height });
  edges.forEach((edge, i) => graph.setEdge(edge.source, edge.target, {}, String(i)));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const placed = Object.fromEntries(nodes.map(({ id }) => [id, { x: graph.node(id).x, y: graph.node(id).y }]));
  const lines = edges.map((edge, i) => graph.edge(edge.source, edge.target, String(i)).points);
  return { nodes: placed, edges: route(nodes, edges, placed, lines), width, height };
}

/** @param {Request} request @returns {Layout} */
function inRows({ nodes, edges }) {
  const rank = ranks(nodes, edges);
  /** @type {Box[][]} */
  const rows = [];
  for (const node of nodes) (rows[rank.get(node.id) ?? 0] ??= []).push(node);
  const lines = rows.filter(Boolean).flatMap((row) => chunks(row, Math.ceil(Math.sqrt(nodes.length) * 1.5)));
  /** @type {Record<string, Point>} */
  const placed = {};
  let y = 0;
  let width = 0;
  for (const line of lines.reverse()) {
    const height = Math.max(...line.map((node) => node.height));
    let x = 0;
    for (const node of line) {
      placed[node.id] = { x: x + node.width / 2, y: y + height / 2 };
      x += node.width + 22;
    }
    width = Math.max(width, x - 22);
    y += height + ROW_GAP;
  }
  const straight = edges.map(({ source, target }) => [placed[source], placed[target]]);
  return { nodes: placed, edges: route(nodes, edges, placed, straight), width, height: y - ROW_GAP };
}

/**
 * The length of the longest way from an input to each node; cycles are cut where they close.
 * @param {Box[]} nodes @param {Link[]} edges
 */
function ranks(nodes, edges) {
  /** @type {Map<string, number>} */
  const rank = new Map(nodes.map((node) => [node.id, 0]));
  for (let round = 0; round < 50; round += 1) {
    let moved = false;
    for (const { source, target } of edges) {
      const wanted = (rank.get(source) ?? 0) + 1;
      if (wanted > (rank.get(target) ?? 0) && wanted < nodes.length) {
        rank.set(target, wanted);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return rank;
}

/** @param {Box[]} row @param {number} size */
function chunks(row, size) {
  return Array.from({ length: Math.ceil(row.length / size) }, (_, i) => row.slice(i * size, (i + 1) * size));
}
