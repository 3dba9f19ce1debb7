import assert from 'node:assert/strict';
import test from 'node:test';
import { markedColumns, pieces } from '../../../web/charts/reduce.js';

const same = (v) => v;

test('few points are drawn as they are', () => {
  const found = pieces(Float64Array.of(0, 10, 20), Float64Array.of(1, 2, 3), same, same, [0, 100]);
  assert.deepEqual(found, [[0, 1, 10, 2, 20, 3]]);
});

test('each pixel column keeps its first, lowest, highest and last point', () => {
  const n = 5000;
  const x = Float64Array.from({ length: n }, (_, i) => (i / n) * 50);
  const y = Float64Array.from({ length: n }, (_, i) => Math.sin(i * 99.7) * (i % 113));
  const [piece] = pieces(x, y, same, same, [0, 50]);
  assert.ok(piece.length / 2 <= 4 * 50);
  for (let column = 0; column < 50; column += 1) {
    const members = [...x.keys()].filter((i) => Math.floor(x[i]) === column).map((i) => y[i]);
    const drawn = [];
    for (let i = 0; i < piece.length; i += 2) if (Math.floor(piece[i]) === column) drawn.push(piece[i + 1]);
    assert.equal(drawn[0], members[0]);
    assert.equal(drawn[drawn.length - 1], members[members.length - 1]);
    assert.equal(Math.min(...drawn), Math.min(...members));
    assert.equal(Math.max(...drawn), Math.max(...members));
  }
});

test('a value that is not finite ends a piece; a single point stays one', () => {
  const found = pieces(Float64Array.of(0, 10, 20, 30, 40), Float64Array.of(1, NaN, 3, Infinity, 5), same, same, [0, 100]);
  assert.deepEqual(found, [[0, 1], [20, 3], [40, 5]]);
});

test('a value that is not finite between two of one column breaks nothing', () => {
  const found = pieces(Float64Array.of(0, 10.1, 10.2, 10.3, 20), Float64Array.of(1, 2, NaN, 3, 4), same, same, [0, 100]);
  assert.deepEqual(found, [[0, 1, 10.1, 2, 10.3, 3, 20, 4]]);
});

test('points whose x is no number are left out', () => {
  const found = pieces(Float64Array.of(0, NaN, 20, Infinity, 30), Float64Array.of(1, 2, 3, 4, 5), same, same, [0, 100]);
  assert.deepEqual(found, [[0, 1, 20, 3, 30, 5]]);
});

test('of values that draw at one height the lowest and highest are still told apart', () => {
  const x = Float64Array.of(1, 1.1, 1.2, 1.3, 1.4);
  const [piece] = pieces(x, Float64Array.of(1, 3, 2, 4, 1), same, () => 0, [0, 100]);
  assert.deepEqual(piece.filter((_, i) => i % 2 === 0), [1, 1, 1.3, 1.4]);
});

test('what is not finite is marked once in a column for each side', () => {
  const found = markedColumns(Float64Array.of(-0.1, 0.1, 0.2, 0.3, 1.5, 9.1), Float64Array.of(NaN, NaN, Infinity, -Infinity, NaN, NaN), same, [0, 9]);
  assert.deepEqual(found, [{ x: 0.1, up: false }, { x: 0.2, up: true }, { x: 1.5, up: false }]);
});

test('on a logarithmic axis values that are not positive are left out', () => {
  const found = pieces(Float64Array.of(0, 10, 20), Float64Array.of(1, 0, 3), same, same, [0, 100], true);
  assert.deepEqual(found, [[0, 1], [20, 3]]);
});

test('a line that crosses the picture is drawn though no point is in it', () => {
  assert.deepEqual(pieces(Float64Array.of(0, 100), Float64Array.of(1, 2), same, same, [40, 60]), [[0, 1, 100, 2]]);
});

test('a line leaves the picture towards its next point', () => {
  const found = pieces(Float64Array.of(0, 50, 100), Float64Array.of(1, 2, 3), same, same, [40, 60]);
  assert.deepEqual(found, [[0, 1, 50, 2, 100, 3]]);
});
