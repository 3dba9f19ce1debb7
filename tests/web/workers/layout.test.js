import assert from 'node:assert/strict';
import test from 'node:test';

import { flattened } from '../../../web/dashboards/graphs/labels.js';

/** @type {(event: { data: any }) => void} */
let receive = () => {};
/** @type {any} */
let sent = null;
Object.assign(globalThis, {
  self: {
    addEventListener: (/** @type {string} */ _, /** @type {typeof receive} */ listener) => (receive = listener),
    postMessage: (/** @type {any} */ message) => (sent = message),
  },
});
await import('../../../web/workers/layout.js');

const box = (/** @type {string | number} */ id) => ({ id: String(id), width: 80, height: 30 });

/** @param {any} request */
function layoutOf(request) {
  receive({ data: { id: 7, ...request } });
  assert.equal(sent.id, 7);
  return sent.layout;
}

/** @param {any} layout @param {any[]} nodes */
function overlaps(layout, nodes) {
  const at = nodes.map((node) => ({ ...node, ...layout.nodes[node.id] }));
  return at.some((a, i) => at.slice(0, i).some((b) => Math.abs(a.x - b.x) < 80 && Math.abs(a.y - b.y) < 30));
}

test('inputs lie below what uses them, and nothing overlaps', () => {
  const nodes = ['x', 'w', 'mul', 'loss'].map(box);
  const edges = [{ source: 'x', target: 'mul' }, { source: 'w', target: 'mul' }, { source: 'mul', target: 'loss' }];
  const layout = layoutOf({ nodes, edges });
  assert.ok(layout.nodes.x.y > layout.nodes.mul.y);
  assert.ok(layout.nodes.mul.y > layout.nodes.loss.y);
  assert.equal(layout.edges.length, 3);
  assert.ok(!overlaps(layout, nodes));
});

test('no edge runs across a node but its ends, however tall its neighbours are', () => {
  const nodes = Array.from({ length: 24 }, (_, i) => ({ ...box(i), height: i % 5 ? 30 : 160 }));
  const edges = nodes.flatMap((_, i) => [(i * 7 + 3) % 24, (i * 5 + 11) % 24].filter((j) => j > i).map((j) => ({ source: String(i), target: String(j) })));
  const layout = layoutOf({ nodes, edges });
  edges.forEach(({ source, target }, i) => {
    for (const point of flattened(layout.edges[i])) {
      const hit = nodes.find(({ id, width, height }) => Math.abs(point.x - layout.nodes[id].x) < width / 2 - 1
        && Math.abs(point.y - layout.nodes[id].y) < height / 2 - 1);
      assert.equal(hit, undefined, `${source} to ${target} runs across ${hit?.id}`);
    }
  });
});

test('edges leave at the top, enter at the bottom, side by side', () => {
  const nodes = ['a', 'b', 'c', 'sum'].map(box);
  const edges = ['c', 'a', 'b'].map((source) => ({ source, target: 'sum' }));
  const layout = layoutOf({ nodes, edges });
  const ends = layout.edges.map((/** @type {any[]} */ line) => line[line.length - 1]);
  const order = (/** @type {(i: number) => number} */ x) => [0, 1, 2].sort((i, j) => x(i) - x(j));
  assert.deepEqual(order((i) => ends[i].x), order((i) => layout.nodes[edges[i].source].x), 'in the order of what they come from');
  for (let i = 0; i < 3; i += 1) {
    assert.equal(ends[i].y, layout.nodes.sum.y + 15);
    assert.equal(layout.edges[i][0].y, layout.nodes[edges[i].source].y - 15);
  }
});

test('a loop, a node alone and two edges between the same two are laid out', () => {
  const nodes = ['a', 'b', 'alone'].map(box);
  const edges = [{ source: 'a', target: 'b' }, { source: 'a', target: 'b' }, { source: 'b', target: 'a' }];
  const layout = layoutOf({ nodes, edges });
  assert.equal(layout.edges.length, 3);
  assert.ok(!overlaps(layout, nodes));
});

test('a large flat group is put on rows, quickly', () => {
  const nodes = Array.from({ length: 3000 }, (_, i) => box(i));
  const edges = nodes.slice(1).map((node, i) => ({ source: String(Math.floor(i / 2)), target: node.id }));
  const start = performance.now();
  const layout = layoutOf({ nodes, edges });
  assert.ok(performance.now() - start < 5000);
  assert.ok(layout.nodes[0].y > layout.nodes[2999].y);
  assert.ok(!overlaps(layout, nodes));
});

test('nothing is laid out as nothing', () => {
  const layout = layoutOf({ nodes: [], edges: [] });
  assert.deepEqual(layout.nodes, {});
});
