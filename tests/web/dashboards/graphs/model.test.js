// The model, fed with the answers that the server's tests hold the server to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { parents, readGroup } from '../../../../web/dashboards/graphs/answers.js';
import { curve, flattened } from '../../../../web/dashboards/graphs/lines.js';
import { clipped, describeEdge, labelOf, lineWidth, lookOf, opsOf, secondLine, sizeOf } from '../../../../web/dashboards/graphs/looks.js';
import { layoutInput, layoutOrder, outerOf, planOf, scene, shifted, tuckedIn } from '../../../../web/dashboards/graphs/model.js';
import { layoutOf } from '../../../../web/lib/layered/index.js';

const answer = (/** @type {string} */ name) => readGroup(JSON.parse(readFileSync(new URL(`../../../golden/answers/${name}.json`, import.meta.url), 'utf8')));
const WHOLE = answer('graphs_group');
const WEIGHT = answer('graphs_group_weight');
const child = { path: 'a', name: 'a', kind: /** @type {const} */ ('group'), op: '', nodes: 1, ops: {}, device: '', block: '', count: 0, tuck: null, change: null };
const edge = (/** @type {object} */ more = {}) => ({ source: 'a', target: 'b', kind: /** @type {const} */ ('data'), count: 1, shape: '32×10', type: 'float32', bytes: 1280, ...more });

/** The scene of groups, drawn for good. @param {import('../../../../web/dashboards/graphs/answers.js').Group[]} groups @param {string[]} [out] */
export function sceneOf(groups, out = []) {
  const known = new Map(groups.map((group) => [group.path, group]));
  const order = layoutOrder(known, new Set(known.keys()));
  const visible = order.map((path) => /** @type {any} */ (known.get(path)));
  const tucked = tuckedIn(visible, new Set(out), new Set(order));
  const plans = new Map(visible.map((group) => [group.path, planOf(group, tucked)]));
  const layouts = new Map();
  for (const path of order) layouts.set(path, layoutOf(layoutInput(/** @type {any} */ (plans.get(path)), layouts, plans)));
  return scene(plans, layouts);
}

test('what a child looks like', () => {
  const looks = Object.fromEntries(WHOLE.children.map((one) => [one.path, lookOf(one)]));
  assert.deepEqual([looks.input, looks.weight, looks.output], ['constant', 'group', 'op']);
  assert.equal(lookOf({ ...child, kind: 'series' }), 'series');
});

test('the second line says how much is inside, or the op where the name does not', () => {
  assert.equal(secondLine(child), '1 node');
  assert.equal(secondLine({ ...child, nodes: 1234 }), '1,234 nodes');
  assert.equal(secondLine({ ...child, kind: 'series', count: 48, nodes: 960 }), '48 blocks, 960 nodes');
  assert.equal(secondLine({ ...child, kind: 'node', op: 'Mul' }), 'Mul');
  assert.equal(secondLine({ ...child, kind: 'node', name: 'Relu', op: 'Relu' }), '');
});

test('an edge is labelled with shape and unusual type, several with how many; its line is wider for more', () => {
  assert.equal(labelOf(edge()), '32×10');
  assert.equal(labelOf(edge({ type: 'int64' })), '32×10 int64');
  assert.equal(labelOf(edge({ count: 3 })), '3 tensors');
  assert.equal(labelOf(edge({ shape: '?' })), '');
  assert.equal(labelOf(edge({ kind: 'control' })), '');
  assert.ok(lineWidth(edge({ bytes: 4e6 })) > lineWidth(edge()) && lineWidth(edge()) > lineWidth(edge({ bytes: 4 })));
  assert.equal(describeEdge(edge()), 'a to b: float32 32×10');
  assert.equal(describeEdge(edge({ kind: 'control' })), 'a to b: control: only the order');
  assert.equal(describeEdge(edge({ kind: 'reference', count: 2, shape: '' })), 'a to b: reference, 2 tensors float32 shape not known');
});

test('the ops that the answer leaves out are counted', () => {
  const weight = /** @type {any} */ (WHOLE.children.find(({ path }) => path === 'weight'));
  assert.deepEqual(opsOf(weight), Object.entries(weight.ops));
  assert.deepEqual(opsOf({ ...weight, nodes: 10 }).at(-1), ['other ops', 6]);
});

test('a window moves as little as will do', () => {
  assert.deepEqual([shifted(0, 100, 20, 50), shifted(0, 100, 80, 50), shifted(0, 100, -20, 50), shifted(0, 100, 40, 150)], [0, 30, -20, 40]);
});

test('Korean names get wider boxes, long names are cut in their middle', () => {
  assert.ok(sizeOf({ ...child, name: '가나다라마바사아자차' }).width > sizeOf({ ...child, name: 'abcdefghij' }).width);
  assert.equal(clipped('short', 100), 'short');
  assert.match(clipped('a_very_long_name_that_ends_in_kernel', 100), /^a_very.*….*kernel$/);
});

test('inner groups are laid out before outer ones, and those in closed groups not at all', () => {
  const groups = new Map([['', []], ['a', []], ['a/b', ['a']], ['c/d', ['c']]].map(([path, within]) => [path, { path, within, children: [], edges: [], ports: [] }]));
  assert.deepEqual(layoutOrder(/** @type {any} */ (groups), new Set(['', 'a', 'a/b', 'c/d'])), ['a/b', 'a', '']);
  assert.deepEqual(parents('a/b/c'), ['a', 'a/b']);
});

test('everything is drawn once: as a box, or tucked away beside a user and, dashed, beside the others', () => {
  const drawn = sceneOf([WHOLE]);
  const tucked = WHOLE.children.filter(({ tuck }) => tuck);
  assert.equal(drawn.nodes.length, WHOLE.children.length - tucked.length);
  for (const { path, tuck } of tucked) {
    const first = drawn.pills.find((pill) => pill.path === path && !pill.copy);
    const rest = drawn.rests.find(({ more }) => more.includes(path));
    assert.equal((first ?? rest)?.host, tuck?.into, path);
  }
  assert.ok(drawn.edges.every(({ edge: { source, target } }) => !tucked.some(({ path }) => path === source || path === target)));
});

test('what is pulled out is a box with edges', () => {
  const drawn = sceneOf([WHOLE], ['input']);
  assert.ok(drawn.nodes.some(({ path }) => path === 'input'));
  assert.ok(drawn.edges.some(({ edge: { source, target } }) => source === 'input' && target === 'output'));
  assert.ok(!drawn.pills.some(({ path }) => path === 'input'));
});

test('pills stand beside their box and overlap nothing', () => {
  const { nodes, pills, rests } = sceneOf([WHOLE]);
  const all = [...nodes, ...pills, ...rests];
  for (const [i, a] of all.entries()) for (const b of all.slice(0, i)) {
    assert.ok(Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2);
  }
});

test('an open group stands in its box; edges that cross its border meet at one port', () => {
  const drawn = sceneOf([WHOLE, WEIGHT]);
  const box = /** @type {any} */ (drawn.nodes.find(({ path }) => path === 'weight'));
  assert.ok(box.open);
  for (const { path, x, y, width, height } of drawn.nodes.filter(({ group }) => group === 'weight')) {
    assert.ok(Math.abs(x - box.x) + width / 2 <= box.width / 2 && Math.abs(y - box.y) + height / 2 <= box.height / 2, path);
  }
  const ports = drawn.ports.filter(({ group }) => group === 'weight');
  assert.ok(ports.length > 0);
  for (const { outer, direction, x, y } of ports) {
    assert.ok(Math.abs(y - box.y) === box.height / 2, 'on the border');
    const inside = drawn.edges.filter(({ group, edge: e }) => group === 'weight' && (direction === 'in' ? e.source : e.target) === outer);
    const outside = drawn.edges.filter(({ group, edge: e }) => group === '' && [e.source, e.target].includes(outer) && [e.source, e.target].includes('weight'));
    for (const { points } of inside) assert.deepEqual(points.at(direction === 'in' ? 0 : -1), { x, y });
    for (const { points } of outside) assert.ok(Math.abs(/** @type {any} */ (points.at(direction === 'in' ? -1 : 0)).x - x) < 0.01);
  }
  assert.equal(outerOf('\u0001in a/b c'), 'a/b c');
});

test('a curve leaves and reaches its points upright', () => {
  const points = [{ x: 0, y: 0 }, { x: 0, y: 10 }, { x: 6, y: 20 }];
  assert.equal(curve(points), 'M0,0L0,10C0,15 6,15 6,20');
  assert.deepEqual(flattened(points).at(-1), points[2]);
});

test('lines reach the border of an open box, whatever else stands in it', () => {
  const around = (/** @type {string} */ path) => ({ ...child, path, name: path, kind: /** @type {const} */ ('node'), op: 'Relu' });
  const node = { ...child, path: 'g', name: 'g' };
  const whole = { path: '', within: [], children: [around('x'), node, around('y')], edges: [edge({ source: 'x', target: 'g' }), edge({ source: 'g', target: 'y' })], ports: [] };
  const inside = { path: 'g', within: [], children: ['g/a', ...Array.from({ length: 30 }, (_, i) => `g/alone${i}`)].map(around), edges: [],
    ports: [{ inner: 'g/a', direction: /** @type {const} */ ('in'), outer: 'x', ...edge() }, { inner: 'g/a', direction: /** @type {const} */ ('out'), outer: 'y', ...edge() }] };
  const drawn = sceneOf([whole, inside]);
  const box = /** @type {any} */ (drawn.nodes.find(({ path }) => path === 'g'));
  const [bottom, top] = [box.y + box.height / 2, box.y - box.height / 2];
  assert.deepEqual(drawn.ports.map(({ y }) => Math.round(y)), [Math.round(bottom), Math.round(top)]);
  const own = drawn.edges.filter(({ group }) => group === 'g');
  assert.deepEqual([own[0].points[0].y, own[1].points.at(-1)?.y].map((y) => Math.round(y ?? 0)), [Math.round(bottom), Math.round(top)]);
});
