import assert from 'node:assert/strict';
import test from 'node:test';
import { formatBytes, formatDuration, formatStep, formatValue } from '../../../web/lib/format.js';

for (const [value, text] of [
  [0, '0'], [1, '1'], [0.8, '0.8'], [-0.5, '−0.5'], [12345, '12,345'], [0.0049857078120112, '0.0049857'],
  [2.4857e-9, '2.4857e−9'], [1e12, '1e12'], [NaN, 'NaN'], [Infinity, '∞'], [-Infinity, '−∞'], [123.456789, '123.46'],
]) {
  test(`the value ${value} reads ${text}`, () => assert.equal(formatValue(value), text));
}

for (const [seconds, text] of [[0, '0 s'], [0.4, '0.4 s'], [12, '12 s'], [200, '3 m 20 s'], [7500, '2 h 5 m'], [-90, '−1 m 30 s'], [273600, '3 d 4 h']]) {
  test(`${seconds} seconds read ${text}`, () => assert.equal(formatDuration(seconds), text));
}

test('steps have separators, sizes units', () => {
  assert.equal(formatStep(1234567), '1,234,567');
  assert.equal(formatBytes(999), '999 bytes');
  assert.equal(formatBytes(1281000000), '1.28 GB');
});

test('steps are grouped as the locale en-US groups them', () => {
  for (const step of [0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 2 ** 53 - 1, 2 ** 60]) {
    assert.equal(formatStep(step), step.toLocaleString('en-US'));
    if (step) assert.equal(formatStep(-step), `−${step.toLocaleString('en-US')}`);
  }
});
