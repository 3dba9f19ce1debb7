import assert from 'node:assert/strict';
import test from 'node:test';
import { linearTicks, logTicks, tickLabels, xTicks } from '../../../web/charts/ticks.js';

test('ticks are round, inside the domain, and about as many as asked for', () => {
  for (let i = 0; i < 500; i += 1) {
    const low = Math.sin(i * 12.9898) * 10 ** (i % 9 - 4);
    const high = low + Math.abs(Math.cos(i * 78.233)) * 10 ** (i % 7 - 3) + 1e-9;
    const ticks = linearTicks(low, high, 6);
    assert.ok(ticks.length >= 1 && ticks.length <= 14, `${low} ${high} ${ticks}`);
    const slack = (high - low) * 1e-6;
    for (const tick of ticks) assert.ok(tick >= low - slack && tick <= high + slack);
  }
});

test('known domains give known ticks', () => {
  assert.deepEqual(linearTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(linearTicks(-3, 99, 5), [0, 50]);
  assert.deepEqual(logTicks(1e-3, 1e3, 7), [0.001, 0.01, 0.1, 1, 10, 100, 1000]);
  assert.deepEqual(logTicks(1, 20, 8), [1, 2, 5, 10, 20]);
});

test('labels tell ticks apart', () => {
  assert.deepEqual(tickLabels([0, 0.05, 0.1]), ['0.00', '0.05', '0.10']);
  assert.deepEqual(tickLabels([0, 1e-6, 2e-6]), ['0', '1e−6', '2e−6']);
  assert.equal(new Set(tickLabels(linearTicks(0.99, 1.01, 5))).size, linearTicks(0.99, 1.01, 5).length);
});

test('steps are whole numbers, also over few of them', () => {
  for (const { at } of xTicks('step', [0, 2], 900)) assert.ok(Number.isInteger(at));
});

test('a logarithmic x axis is marked at powers of ten', () => {
  assert.deepEqual(xTicks('step', [1, 1e7], 400, true).map(({ text }) => text), ['1', '1,000', '1M']);
  assert.deepEqual(xTicks('relative', [1, 3600], 900, true).map(({ text }) => text), ['1 s', '2 s', '5 s', '10 s', '20 s', '50 s', '1 m 40 s', '3 m 20 s', '8 m 20 s', '16 m 40 s', '33 m 20 s']);
});

test('numbers that float64 can hardly tell apart have labels', () => {
  assert.deepEqual(tickLabels([0.5, 0.5]), ['0.5', '0.5']);
  const near = 0.5 + Number.EPSILON;
  assert.equal(tickLabels([0.5, near, near + Number.EPSILON]).length, 3);
  assert.equal(tickLabels([0.5, 0.5 + 1e-30, 0.5]).length, 3);
});
