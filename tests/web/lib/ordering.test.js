import assert from 'node:assert/strict';
import test from 'node:test';
import { sorted } from '../../../web/lib/ordering.js';

const order = (/** @type {any[]} */ values, descending = false) => sorted(values, (value) => value, descending);

test('numbers, then texts, then NaN, then nothing', () => {
  assert.deepEqual(order(['b', null, 2, NaN, 'a', -1, undefined, Infinity]), [-1, 2, Infinity, 'a', 'b', NaN, null, undefined]);
});

test('from the highest down what is no value still stands last', () => {
  assert.deepEqual(order(['b', null, 2, NaN, 'a', -1, -Infinity], true), ['b', 'a', 2, -1, -Infinity, NaN, null]);
});

test('numbers in texts count as numbers, and truths as texts', () => {
  assert.deepEqual(order(['run 10', 'run 9', true, false]), [false, 'run 9', 'run 10', true]);
});

test('equals stay as they came, in both directions', () => {
  const items = [{ v: 1, n: 'a' }, { v: 1, n: 'b' }, { v: 0, n: 'c' }];
  assert.deepEqual(sorted(items, ({ v }) => v, false).map(({ n }) => n), ['c', 'a', 'b']);
  assert.deepEqual(sorted(items, ({ v }) => v, true).map(({ n }) => n), ['a', 'b', 'c']);
});
