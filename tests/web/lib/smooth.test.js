// Smoothing against its formula, written out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fromJson } from '../from_json.js';
import { smooth } from '../../../web/lib/smooth.js';

test('each value is the weighted mean of what came before it', () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const weight = 0.6;
  const result = smooth(values, weight);
  values.forEach((_, n) => {
    let sum = 0;
    let total = 0;
    for (let k = 0; k <= n; k += 1) {
      const share = weight ** (n - k);
      sum += share * values[k];
      total += share;
    }
    assert.ok(Math.abs(result[n] - sum / total) < 1e-12);
  });
});

test('the symmetric one looks as far ahead as back', () => {
  const values = [3, 1, NaN, 4, 1, 5];
  const known = [3, 1, 4, 1, 5];
  const result = smooth(values, 0.6, 'symmetric').filter((value) => !Number.isNaN(value));
  known.forEach((_, n) => {
    const shares = known.map((value, k) => 0.6 ** Math.abs(n - k));
    const expected = known.reduce((sum, value, k) => sum + shares[k] * value, 0) / shares.reduce((a, b) => a + b);
    assert.ok(Math.abs(result[n] - expected) < 1e-12);
  });
});

test('values that are not finite pass through and do not count', () => {
  const result = smooth([1, NaN, 3, Infinity, 5], 0.5);
  const finite = smooth([1, 3, 5], 0.5);
  assert.deepEqual([result[0], result[2], result[4]], [...finite]);
  assert.ok(Number.isNaN(result[1]));
  assert.equal(result[3], Infinity);
});

test('a constant series and a weight of 0 change nothing', () => {
  assert.deepEqual([...smooth([2, 2, 2], 0.99)], [2, 2, 2]);
  assert.deepEqual([...smooth([1, 5, 2], 0)], [1, 5, 2]);
});

test('the server smooths to the same bits', () => {
  for (const [name, smoother] of [['smoothed', 'ema'], ['symmetric', 'symmetric']]) {
    const text = readFileSync(new URL(`../../golden/answers/scalars_${name}.json`, import.meta.url), 'utf8');
    const { series, smoothing } = fromJson(JSON.parse(text));
    assert.equal(smoothing.kind, smoother);
    assert.ok(series.some(({ values }) => values.length > 5));
    for (const { values, smoothed } of series) {
      assert.deepEqual([...smooth(Float32Array.from(values), smoothing.weight, smoother)], [...smoothed]);
    }
  }
});
