import assert from 'node:assert/strict';
import test from 'node:test';
import { nextWeight, readWeight } from '../../../../web/dashboards/scalars/smoothing.js';

test('a weight goes from stop to stop, also from between two, and ends at the ends', () => {
  assert.equal(nextWeight(0, 1), 0.2);
  assert.equal(nextWeight(0.93, 1), 0.95);
  assert.equal(nextWeight(0.93, -1), 0.9);
  assert.equal(nextWeight(0.2, -1), 0);
  assert.equal(nextWeight(0, -1), 0);
  assert.equal(nextWeight(0.999, 1), 0.999);
  assert.equal(nextWeight(0.9995, 1), 0.9995);
});

test('what is typed is a weight from 0 to below 1, or none', () => {
  assert.deepEqual(['0', ' 0.995 ', '0,5', '.9'].map(readWeight), [0, 0.995, 0.5, 0.9]);
  assert.deepEqual(['', '1', '-0.1', 'much', 'NaN'].map(readWeight), [null, null, null, null, null]);
});
