import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMarking, inSlices } from '../../../../web/dashboards/graphs/marking.js';
import { marksOf, NO_EMPHASIS } from '../../../../web/dashboards/graphs/marks.js';

const child = { name: 'n', kind: 'node', op: 'Relu', nodes: 1, count: 0, change: null };
const nodes = Array.from({ length: 40 }, (_, i) => ({ child, path: `n${i}`, group: '', look: 'op', x: i * 100, y: 0, width: 80, height: 30, open: false, depth: 0 }));
const edges = nodes.slice(1).map((node, i) => ({
  edge: { source: `n${i}`, target: node.path, kind: 'data', count: 1, shape: '3', type: '', bytes: 12 }, key: `${i}`, group: '',
  points: [{ x: i * 100, y: -15 }, { x: node.x, y: 15 }], back: false, from: true, to: true, depth: 0,
}));
const scene = /** @type {any} */ ({ nodes, pills: [], rests: [], edges, ports: [], width: 4000, height: 30 });
const labels = edges.map((_, i) => (i % 2 ? { x: i * 100, y: 0 } : null));

test('marks made a few at a time are those made at once, in the same order', () => {
  const made = createMarking(scene, NO_EMPHASIS);
  let slices = 1;
  while (!made.step(0)) slices += 1;
  assert.ok(slices > 5);
  assert.deepEqual(made.drawing(labels).marks, marksOf(scene, NO_EMPHASIS, labels));
});

test('marks are found by place, labels last', () => {
  const made = createMarking(scene, NO_EMPHASIS);
  made.step(Infinity);
  const found = made.drawing(labels).within({ left: 90, right: 110, top: -5, bottom: 5 });
  assert.deepEqual(found.slice(0, 3).map(({ type }) => type), ['line', 'line', 'box']);
  assert.equal(/** @type {any} */ (found.at(-1)).text, '3');
  assert.ok(found.some((mark) => mark.type === 'box' && mark.about === 'n1'));
});

test('what is small is done at once, what is large after pauses, and what is given up never', async () => {
  const done = /** @type {string[]} */ ([]);
  inSlices(() => true, () => done.push('small'));
  assert.deepEqual(done, ['small']);
  let left = 3;
  const large = new Promise((resolve) => inSlices(() => (left -= 1) === 0, () => resolve(done.push('large'))));
  const giveUp = inSlices(() => false, () => done.push('never'));
  giveUp();
  assert.deepEqual(done, ['small']);
  await large;
  assert.deepEqual(done, ['small', 'large']);
});

test('a number for each edge is how wide it is drawn, in place of its size', () => {
  const recorded = new Map([['n0', 4.5], ['n1', 1.25]]);
  const emphasis = { ...NO_EMPHASIS, weight: (/** @type {any} */ edge) => recorded.get(edge.source) ?? null };
  const widths = new Map(marksOf(scene, emphasis, []).flatMap((mark) => (mark.type === 'line' && mark.about ? [[mark.about.split('\n')[0], mark.line]] : [])));
  const usual = /** @type {any} */ (marksOf(scene, NO_EMPHASIS, []).find(({ type }) => type === 'line')).line;
  assert.deepEqual([widths.get('n0'), widths.get('n1'), widths.get('n2')], [4.5, 1.25, usual]);
});

test('what lines have in common is drawn once, the last piece with its head too', () => {
  const alike = { ...scene, edges: [edges[0], { ...edges[0], key: 'again' }] };
  const lines = marksOf(alike, NO_EMPHASIS, []).filter((mark) => mark.type === 'line');
  assert.deepEqual(lines.map((line) => /** @type {any} */ (line).covered), [[false, false], [false, true]]);
});

test('a line of the chosen node that a trace does not reach is as dim as the others', () => {
  const [source, target] = [scene.edges[0].edge.source, scene.edges[0].edge.target];
  const lines = (/** @type {Set<string> | null} */ traced) => marksOf(scene, { ...NO_EMPHASIS, selected: source, traced }, []).filter((mark) => mark.type === 'line' && mark.about === `${source}\n${target}`);
  assert.ok(lines(null).every((line) => line.stroke === 'accent' && line.alpha === 1));
  assert.ok(lines(new Set([source])).every((line) => line.stroke !== 'accent' && line.alpha < 1));
});
