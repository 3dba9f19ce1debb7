// The model, fed with the answers that the server's tests hold the server to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { readGroup } from '../../../../web/dashboards/graphs/answers.js';
import { curve, describeNode, layoutInput, layoutOrder, lookOf, neighbour, opsOf, parents, scene, secondLine, shifted, sizeOf } from '../../../../web/dashboards/graphs/model.js';

const answer = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(`../../../golden/answers/${name}.json`, import.meta.url), 'utf8'));
const WHOLE = readGroup(answer('graphs_group'));
const WEIGHT = readGroup(answer('graphs_group_weight'));

/** A layout that puts one child below the other. @param {{ nodes: any[], edges: any[] }} input */
function stacked({ nodes, edges }) {
  let y = 0;
  const placed = Object.fromEntries(nodes.map((node) => {
    y += node.height;
    return [node.id, { x: 150, y: y - node.height / 2 }];
  }));
  return { nodes: placed, edges: edges.map(({ source, target }) => [placed[source], placed[target]]), width: 300, height: y };
}

test('what a child looks like', () => {
  const looks = Object.fromEntries(WHOLE.children.map((/** @type {any} */ child) => [child.path, lookOf(child)]));
  assert.deepEqual([looks.input, looks.weight, looks.output], ['constant', 'group', 'op']);
  assert.equal(lookOf(WEIGHT.children.find((/** @type {any} */ child) => child.op === 'VariableV2')), 'variable');
});

test('the second line says how much is inside, or the op where the name does not', () => {
  const child = { path: 'a', name: 'a', group: true, op: '', nodes: 1, ops: {} };
  assert.equal(secondLine(child), '1 node');
  assert.equal(secondLine({ ...child, nodes: 1234 }), '1,234 nodes');
  assert.equal(secondLine({ ...child, group: false, op: 'Mul' }), 'Mul');
  assert.equal(secondLine({ ...child, group: false, name: 'Relu', op: 'Relu' }), '');
});

test('the ops that the answer leaves out are counted', () => {
  const weight = WHOLE.children.find((/** @type {any} */ child) => child.path === 'weight');
  assert.deepEqual(opsOf(weight), Object.entries(weight.ops));
  assert.deepEqual(opsOf({ ...weight, nodes: 10 }).at(-1), ['other ops', 6]);
});

test('a window moves as little as will do', () => {
  assert.equal(shifted(0, 100, 20, 50), 0);
  assert.equal(shifted(0, 100, 80, 50), 30);
  assert.equal(shifted(0, 100, -20, 50), -20);
  assert.equal(shifted(0, 100, 40, 150), 40);
});

test('Korean names get wider boxes', () => {
  const child = { path: 'x', name: 'abcdefghij', group: false, op: 'Op', nodes: 1, ops: {} };
  assert.ok(sizeOf({ ...child, name: '가나다라마바사아자차' }).width > sizeOf(child).width);
});

test('inner groups are laid out before outer ones, and those in closed groups not at all', () => {
  assert.deepEqual(layoutOrder(new Set(['a', 'a/b', 'c/d'])), ['a/b', 'a', '']);
  assert.deepEqual(parents('a/b/c'), ['a', 'a/b']);
});

test('an open group stands in its box, and everything is drawn once', () => {
  const layouts = new Map([['weight', stacked(layoutInput(WEIGHT, new Map()))]]);
  layouts.set('', stacked(layoutInput(WHOLE, layouts)));
  const drawn = scene(new Map([['', WHOLE], ['weight', WEIGHT]]), layouts);
  assert.equal(drawn.nodes.length, WHOLE.children.length + WEIGHT.children.length);
  assert.equal(drawn.edges.length, WHOLE.edges.length + WEIGHT.edges.length);
  const box = drawn.nodes.find(({ child }) => child.path === 'weight');
  assert.ok(box?.open);
  for (const { child, x, y, width, height } of drawn.nodes) {
    if (!child.path.startsWith('weight/')) continue;
    assert.ok(Math.abs(x - box.x) + width / 2 <= box.width / 2 + 1e-9);
    assert.ok(Math.abs(y - box.y) + height / 2 <= box.height / 2);
  }
});

test('what a screen reader says', () => {
  const weight = WHOLE.children.find((/** @type {any} */ child) => child.path === 'weight');
  const drawn = { child: weight, look: /** @type {const} */ ('group'), x: 0, y: 0, width: 1, height: 1, open: false, depth: 0 };
  assert.equal(describeNode(drawn), 'weight, group of 4 nodes, closed');
});

test('arrow keys go to the nearest node in their direction', () => {
  const at = (/** @type {number} */ x, /** @type {number} */ y) => /** @type {any} */ ({ x, y });
  const nodes = [at(0, 0), at(0, -50), at(10, -40), at(100, 0)];
  assert.equal(neighbour(nodes, nodes[0], 'ArrowUp'), nodes[1]);
  assert.equal(neighbour(nodes, nodes[0], 'ArrowRight'), nodes[2]);
  assert.equal(neighbour(nodes, nodes[0], 'ArrowLeft'), null);
});

test('a curve leaves and reaches its points upright', () => {
  assert.equal(curve([{ x: 0, y: 0 }, { x: 0, y: 10 }, { x: 6, y: 20 }]), 'M0,0L0,10C0,15 6,15 6,20');
});
