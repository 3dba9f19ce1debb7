import assert from 'node:assert/strict';
import test from 'node:test';
import { firstOf, hitsAt, measure } from '../../../web/charts/cursors.js';
import { boundaryAt, extremesOf } from '../../../web/charts/marks.js';
import { scale } from '../../../web/charts/scales.js';

const line = (name, y, x = y.map((_, i) => i)) => ({ id: name, name, color: 'red', dash: [], x: Float64Array.from(x), y: Float64Array.from(y), raw: Float64Array.from(y) });
const view = { x: scale([0, 100], [0, 1000]), y: scale([0, 10], [100, 0]), left: 0, right: 1000, top: 0, bottom: 100, ratio: 1 };
const names = ({ found }) => found.map(({ line: { name } }) => name);

test('values are sorted by nearness, value or name, and what is not listed is counted by the caller', () => {
  const lines = [line('run 10', [1, 1]), line('run 9', [9, 9]), line('run 2', [5, NaN])];
  const hits = hitsAt(lines, view, 0, 12);
  assert.deepEqual(names(firstOf(hits, 'near', 12)), ['run 9', 'run 2', 'run 10']);
  assert.deepEqual(names(firstOf(hits, 'value', 12)), ['run 9', 'run 2', 'run 10']);
  assert.deepEqual(names(firstOf(hits, 'name', 12)), ['run 2', 'run 9', 'run 10']);
  const few = firstOf(hits, 'name', 1);
  assert.deepEqual([names(few), few.near.line.name], [['run 2'], 'run 9']);
  const last = hitsAt(lines, view, 1, 12);
  assert.deepEqual(names(firstOf(last, 'value', 12)), ['run 9', 'run 10', 'run 2']);
});

test('of 5,000 lines the first twelve are those of a whole sort', () => {
  const lines = Array.from({ length: 5000 }, (_, i) => line(`${i}`, [Math.abs(Math.sin(i)) * 10]));
  const hits = hitsAt(lines, view, 0, 40);
  const sorted = [...hits].sort((a, b) => a.distance - b.distance).slice(0, 12);
  assert.deepEqual(firstOf(hits, 'near', 12).found.map(({ distance }) => distance), sorted.map(({ distance }) => distance));
});

test('a line that ended before is not there', () => {
  assert.equal(hitsAt([line('short', [1, 1])], view, 50, 0).length, 0);
  assert.equal(hitsAt([line('rare', [1, 1], [0, 100])], view, 50, 0).length, 1);
});

test('two cursors tell difference and slope', () => {
  const told = measure(line('a', [0, 2, 8]), 0.1, 2.2);
  assert.deepEqual([told.from, told.to, told.difference, told.slope], [0, 8, 8, 4]);
  assert.ok(Number.isNaN(measure(line('a', [1]), 0, 5).slope));
  assert.equal(measure(line('single', [1]), 1, 5), null);
  assert.deepEqual([measure(line('short', [1, 3]), 1.4, 9).from, measure(line('short', [1, 3]), 1.4, 9).j], [3, -1]);
  assert.equal(measure(line('none', []), 0, 1), null);
});

test('lowest, highest and last are of what is seen', () => {
  assert.deepEqual(extremesOf(line('a', [9, 1, 5, NaN, 7, 0]), [1, 4], false), { lowest: 1, highest: 4, last: 4 });
  assert.deepEqual(extremesOf(line('a', [0, -1]), [0, 4], true), { lowest: -1, highest: -1, last: -1 });
});

test('the boundary beside the pointer is found', () => {
  const boundaries = [{ x: 10, color: '', text: 'a' }, { x: 11, color: '', text: 'b' }];
  assert.equal(boundaryAt(boundaries, view, 108, 5)?.text, 'b');
  assert.equal(boundaryAt(boundaries, view, 120, 5), null);
});
