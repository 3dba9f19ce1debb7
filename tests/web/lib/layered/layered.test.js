import assert from 'node:assert/strict';
import test from 'node:test';

import { layoutOf } from '../../../../web/lib/layered/index.js';
import { acrossNodes, graph, holds, SHAPES } from './graphs.js';

const box = (/** @type {string | number} */ id) => ({ id: String(id), width: 80, height: 30 });
const link = (/** @type {string} */ text) => ({ source: text.split(' ')[0], target: text.split(' ')[1] });

for (const [shape, inputs] of Object.entries(SHAPES)) {
  for (const n of [2, 10, 60, 299]) {
    test(`${shape} of ${n}: nothing overlaps, all flows upwards, no edge crosses a node`, () => {
      const input = graph(n, inputs);
      const layout = layoutOf(input);
      holds(layout, input);
      assert.deepEqual(acrossNodes(layout, input), []);
    });
  }
  test(`${shape} of 3,000 nodes, in less than two seconds`, () => {
    const input = graph(3000, inputs);
    const start = performance.now();
    const layout = layoutOf(input);
    assert.ok(performance.now() - start < 2000);
    holds(layout, { ...input, edges: input.edges.slice(0, 300) });
  });
}

test('30,000 nodes in one group', () => {
  const input = graph(30000, SHAPES.near);
  const layout = layoutOf(input);
  holds(layout, { nodes: input.nodes, edges: input.edges.slice(0, 200) });
});

test('a group of many nodes is not much wider than high', () => {
  for (const shape of ['tree', 'pairs', 'random']) {
    const { width, height } = layoutOf(graph(3000, SHAPES[shape]));
    assert.ok(width / height < 3 && height / width < 3, `${shape}: ${width} x ${height}`);
  }
});

test('the same graph gives the same layout', () => {
  const input = graph(200, SHAPES.random);
  assert.deepEqual(layoutOf(structuredClone(input)), layoutOf(input));
});

test('a box that opens moves no node to the other side of a neighbour, nor to another rank', () => {
  const input = graph(120, SHAPES.near);
  const closed = { ...input, nodes: input.nodes.map((node) => ({ ...node, nominal: node.width })) };
  const before = layoutOf(closed);
  for (const at of [0, 31, 77, 119]) {
    const grown = closed.nodes.map((node, i) => (i === at ? { ...node, width: 700, height: 500 } : node));
    const after = layoutOf({ ...closed, nodes: grown });
    holds(after, { ...closed, nodes: grown });
    const rows = (/** @type {any} */ layout) => {
      /** @type {Map<number, string[]>} */
      const found = new Map();
      for (const { id } of closed.nodes) {
        const y = Math.round(layout.nodes[id].y * 10);
        found.set(y, [...(found.get(y) ?? []), id]);
      }
      return [...found.entries()].sort((a, b) => a[0] - b[0]).map(([, ids]) => ids.sort((a, b) => layout.nodes[a].x - layout.nodes[b].x));
    };
    assert.deepEqual(rows(after), rows(before));
  }
});

test('loops: what is said to close one runs back, and so does what is found to', () => {
  const nodes = ['in', 'merge', 'switch', 'body', 'out'].map(box);
  const edges = ['in merge', 'merge switch', 'switch body', 'body merge', 'switch out'].map(link);
  assert.deepEqual(layoutOf({ nodes, edges }).back, [false, false, false, true, false]);
  const said = edges.map((edge, i) => ({ ...edge, loop: i === 1 }));
  assert.deepEqual(layoutOf({ nodes, edges: said }).back, [false, true, false, false, false]);
  holds(layoutOf({ nodes, edges }), { nodes, edges });
});

test('an edge from a node to itself, two edges between the same two, a node alone', () => {
  const nodes = ['a', 'b', 'alone'].map(box);
  const edges = ['a b', 'a b', 'b a', 'b b'].map(link);
  const layout = layoutOf({ nodes, edges });
  assert.ok(layout.edges.every((line) => line.length > 1));
  assert.deepEqual(layout.back, [false, false, true, true]);
});

test('what is pinned stands on the border, and lines end where they are told to', () => {
  const nodes = [...['x', 'y', 'sum'].map(box), { id: 'in', width: 8, height: 0, pin: /** @type {const} */ ('in') },
    { id: 'out', width: 8, height: 0, pin: /** @type {const} */ ('out') }];
  const edges = [...['in x', 'x sum', 'y sum', 'sum out'].map(link), { ...link('in y'), targetAt: -30 }];
  const layout = layoutOf({ nodes, edges });
  assert.equal(layout.nodes.in.y, layout.height);
  assert.equal(layout.nodes.out.y, 0);
  assert.equal(layout.edges[4].at(-1)?.x, layout.nodes.y.x - 30);
});

test('a line of single nodes is straight', () => {
  const input = graph(40, SHAPES.chain);
  const xs = Object.values(layoutOf(input).nodes).map(({ x }) => Math.round(x));
  assert.equal(new Set(xs).size, 1);
});

test('edges of one node run as one until they part', () => {
  const nodes = ['a', 'b', 'c', 'd', 'e'].map(box);
  const edges = ['a b', 'b c', 'c d', 'd e', 'a d', 'a e'].map(link);
  const layout = layoutOf({ nodes, edges });
  assert.deepEqual(layout.edges[4].slice(0, 2), layout.edges[5].slice(0, 2));
});

test('nothing is laid out as nothing', () => {
  assert.deepEqual(layoutOf({ nodes: [], edges: [] }), { nodes: {}, edges: [], back: [], width: 0, height: 0 });
});
