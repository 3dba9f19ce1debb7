import assert from 'node:assert/strict';
import test from 'node:test';
import { sizeOf, strokes } from '../../../web/charts/lines.js';

const line = (n, colors = 3) => {
  const y = Float64Array.of(n, n + 1);
  return { id: `${n}`, name: `${n}`, color: `c${n % colors}`, dash: [2, 2], x: Float64Array.of(0, 1), y, raw: y };
};
const changes = (list) => list.filter(({ line: { color } }, i) => i > 0 && color !== list[i - 1].line.color).length;

test('few lines keep their order and dashes; the highlighted one is last and wider', () => {
  const list = strokes([line(0), line(1), line(2)], '0', 1);
  assert.deepEqual(list.map(({ line: { id }, alpha, width }) => [id, alpha, width]), [['1', 0.2, 1], ['2', 0.2, 1], ['0', 1, 2]]);
  assert.deepEqual(list[0].dash, [2, 2]);
});

test('smoothed lines have what was logged faintly behind', () => {
  const one = { ...line(0), raw: Float64Array.of(5, 6) };
  const list = strokes([one], null, 1);
  assert.deepEqual(list.map(({ values, alpha }) => [values === one.raw, alpha]), [[true, 0.22], [false, 1]]);
  assert.equal(sizeOf(list), 4);
});

test('many lines are drawn by colour, but no colour above all others', () => {
  const list = strokes(Array.from({ length: 1000 }, (_, n) => line(n)), null, 1);
  assert.equal(list.length, 1000);
  assert.ok(changes(list) < 20);
  assert.deepEqual(new Set(list.slice(-200).map(({ line: { color } }) => color)).size, 3);
  assert.deepEqual(list[0].dash, []);
});

test('a run behind its group is faint, below all others, and in one layer', () => {
  const values = [0, 1];
  const line = (/** @type {string} */ id, /** @type {boolean} */ behind) => /** @type {any} */ ({ id, behind, color: '#000', dash: [], x: values, y: values, raw: values });
  const found = strokes([line('a', false), line('a', true), line('b', true)], 'a', 1, 4);
  assert.deepEqual(found.map(({ layer, alpha }) => [layer, alpha]), [['behind', 0.35], ['behind', 0.1], ['lifted', 1]]);
});
