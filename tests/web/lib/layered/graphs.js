// Graphs to lay out, made from a seed, and what has to hold of every layout.
import assert from 'node:assert/strict';

import { flattened } from '../../../../web/dashboards/graphs/lines.js';

/** The same numbers from 0 to 1 for the same seed. @param {number} seed */
export function random(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

/**
 * @param {number} n @param {(i: number, random: () => number) => number[]} inputs of node i
 * @param {number} [seed]
 */
export function graph(n, inputs, seed = 7) {
  const next = random(seed);
  const nodes = Array.from({ length: n }, (_, i) => ({ id: `n${i}`, width: 60 + Math.floor(next() * 80), height: i % 9 ? 30 : 44 }));
  const edges = nodes.flatMap((_, i) => [...new Set(inputs(i, next))].filter((j) => j !== i && j >= 0).map((j) => ({ source: `n${j}`, target: `n${i}` })));
  return { nodes, edges };
}

export const SHAPES = /** @type {Record<string, (i: number, random: () => number) => number[]>} */ ({
  chain: (i) => [i - 1],
  tree: (i) => [Math.floor((i - 1) / 2)],
  pairs: (i) => (i % 2 ? [i - 1] : []),
  random: (i, next) => (i ? [Math.floor(next() * i), Math.floor(next() * i)] : []),
  near: (i, next) => [i - 1 - Math.floor(next() * 60), i - 1 - Math.floor(next() * 60)],
  residual: (i) => (i % 4 === 3 ? [i - 1, i - 4] : [i - 1]),
});

/** @param {any} layout @param {any} input */
export function holds(layout, { nodes, edges }) {
  const at = nodes.map((/** @type {any} */ node) => ({ ...node, ...layout.nodes[node.id] }));
  assert.deepEqual(overlapping(at), [], 'no two nodes overlap');
  for (const { x, y, width, height } of at) {
    assert.ok(x - width / 2 >= -0.01 && x + width / 2 <= layout.width + 0.01, 'inside, across');
    assert.ok(y - height / 2 >= -0.01 && y + height / 2 <= layout.height + 0.01, 'inside, up and down');
  }
  edges.forEach((/** @type {any} */ { source, target }, /** @type {number} */ i) => {
    const forward = layout.nodes[source].y > layout.nodes[target].y;
    assert.equal(forward, !layout.back[i], `${source} to ${target} runs with the flow, or is said not to`);
    const [first, last] = [layout.edges[i][0], layout.edges[i].at(-1)];
    const [from, to] = [source, target].map((id) => at.find((/** @type {any} */ node) => node.id === id));
    assert.ok(Math.abs(first.x - from.x) <= from.width / 2 && Math.abs(last.x - to.x) <= to.width / 2, 'ends on its nodes');
    const [out, into] = forward ? [-1, 1] : [1, -1];
    assert.ok(Math.abs(first.y - (from.y + (out * from.height) / 2)) < 0.01);
    assert.ok(Math.abs(last.y - (to.y + (into * to.height) / 2)) < 0.01);
  });
}

/** Pairs that overlap, found along x. @param {any[]} at */
export function overlapping(at) {
  const sorted = at.slice().sort((a, b) => a.x - a.width / 2 - (b.x - b.width / 2));
  const found = [];
  const widest = Math.max(0, ...at.map(({ width }) => width));
  for (let i = 0; i < sorted.length; i += 1) {
    const a = sorted[i];
    for (let j = i + 1; j < sorted.length && sorted[j].x - sorted[j].width / 2 < a.x + a.width / 2; j += 1) {
      const b = sorted[j];
      const [dx, dy] = [Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
      if (dx < (a.width + b.width) / 2 - 0.01 && dy < (a.height + b.height) / 2 - 0.01) found.push(`${a.id} and ${b.id}`);
    }
    assert.ok(widest >= a.width);
  }
  return found;
}

/** Edges that run across a node that is neither of their ends. @param {any} layout @param {any} input */
export function acrossNodes(layout, { nodes, edges }) {
  /** @type {string[]} */
  const found = [];
  const at = nodes.map((/** @type {any} */ node) => ({ ...node, ...layout.nodes[node.id] }));
  edges.forEach((/** @type {any} */ { source, target }, /** @type {number} */ i) => {
    for (const { x, y } of flattened(layout.edges[i])) {
      const hit = at.find((/** @type {any} */ n) => Math.abs(x - n.x) < n.width / 2 - 1 && Math.abs(y - n.y) < n.height / 2 - 1);
      if (hit && hit.id !== source && hit.id !== target) found.push(`${source} to ${target} across ${hit.id}`);
    }
  });
  return found;
}
