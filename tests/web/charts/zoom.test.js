import assert from 'node:assert/strict';
import test from 'node:test';
import { floorOf, floored, moved, tidy, within, zoomed } from '../../../web/charts/zoom.js';

const ALL = [0, 1000];

test('what is under the pointer stays there', () => {
  for (const log of [false, true]) {
    const all = log ? [1, 1e6] : ALL;
    const at = log ? 300 : 250;
    const there = log ? Math.log : Number;
    const [low, high] = zoomed(all, at, 4, all, 'wall', log);
    const part = (a, b) => (there(at) - there(a)) / (there(b) - there(a));
    assert.ok(Math.abs(part(low, high) - part(...all)) < 1e-9);
    assert.ok(Math.abs((there(high) - there(low)) * 4 - (there(all[1]) - there(all[0]))) < 1e-9);
  }
});

test('zooming out ends at everything, which is no zoom', () => {
  assert.equal(zoomed([100, 900], 500, 0.1, ALL, 'step', false), null);
  assert.deepEqual(zoomed([0, 100], 0, 0.5, ALL, 'step', false), [0, 200]);
});

test('zooming in ends at two steps, a millisecond, or what float64 tells apart', () => {
  let range = /** @type {[number, number]} */ ([0, 1000]);
  for (let i = 0; i < 60; i += 1) range = zoomed(range, 500.2, 3, ALL, 'step', false) ?? range;
  assert.ok(Math.abs(range[1] - range[0] - 2) < 1e-9, String(range));
  assert.ok(range[0] <= 500.2 && range[1] >= 500.2);
  assert.equal(floorOf('relative', [0, 1]), 1e-3);
  assert.ok(floorOf('step', [2 ** 60, 2 ** 60]) >= 2 ** 16 - 1);
  const [low, high] = floored([5, 5], 'wall', false);
  assert.ok(Math.abs(high - low - 1e-3) < 1e-12);
  const [a, b] = floored([10, 10], 'step', true);
  assert.ok(a < 10 && b > 10);
});

test('a view moves as far as there is something', () => {
  assert.deepEqual(moved([100, 200], 0.5, ALL, false), [150, 250]);
  assert.deepEqual(moved([100, 200], -5, ALL, false), [0, 100]);
  assert.deepEqual(moved([100, 200], 50, ALL, false), [900, 1000]);
  assert.deepEqual(within([-50, 100], ALL, false), [0, 150]);
  assert.equal(within([-1, 1001], ALL, false), null);
});

test('a link holds few digits, and ends that stay apart', () => {
  assert.deepEqual(tidy([21727.56412345, 21753.16498765]), [21727.564, 21753.165]);
  assert.deepEqual(tidy([1.7e9 + 0.123456789, 1.7e9 + 100]), [1700000000.123, 1700000100]);
  assert.deepEqual(tidy([12345678, 987654321]), [12350000, 987650000]);
  assert.deepEqual(tidy([1, 1]), [1, 1]);
});
