import assert from 'node:assert/strict';
import test from 'node:test';

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
