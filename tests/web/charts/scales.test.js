import assert from 'node:assert/strict';
import test from 'node:test';
import { extent, padded, scale } from '../../../web/charts/scales.js';

test('pixels and values are inverses, linear and logarithmic', () => {
  for (const log of [false, true]) {
    const made = scale([0.01, 100], [300, 20], log);
    for (const value of [0.01, 0.5, 3, 100]) assert.ok(Math.abs(made.toValue(made.toPixel(value)) - value) < 1e-9);
    assert.equal(made.toPixel(0.01), 300);
    assert.equal(Math.round(made.toPixel(100)), 20);
  }
});

test('what is not finite does not decide the axis', () => {
  assert.deepEqual(extent([Float64Array.of(NaN, 1, Infinity), Float64Array.of(-2)]), [-2, 1]);
  assert.deepEqual(extent([Float64Array.of(-1, 0, 4)], true), [4, 4]);
  assert.equal(extent([Float64Array.of(NaN)]), null);
});

test('a constant series gets an axis around it', () => {
  assert.deepEqual(padded([0, 0], false), [-0.5, 0.5]);
  const [low, high] = padded([5, 5], false);
  assert.ok(low < 5 && high > 5);
});
