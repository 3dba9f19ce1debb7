import assert from 'node:assert/strict';
import test from 'node:test';
import { domainOf, readLimit } from '../../../web/charts/limits.js';

const line = (y, raw = y) => ({ x: Float64Array.from(y, (_, i) => i), y: Float64Array.from(y), raw: raw === y ? null : Float64Array.from(raw) });
const made = (...columns) => columns.map(([y, raw]) => {
  const found = line(y, raw ?? y);
  return { ...found, raw: found.raw ?? found.y };
});

test('the axis holds all that was logged, not only what is smoothed', () => {
  const { domain, outside } = domainOf(made([[4, 5, 6], [0, 5, 10]]), null, { log: false });
  assert.ok(domain[0] <= 0 && domain[1] >= 10);
  assert.equal(outside, 0);
});

test('a zoom between two points sees the line between them', () => {
  const { domain } = domainOf(made([[0, 10]]), [0.25, 0.5], { log: false });
  assert.ok(domain[0] <= 2.5 && domain[0] > 2 && domain[1] >= 5 && domain[1] < 6, String(domain));
});

test('limits are what was typed, and what lies outside is counted', () => {
  const lines = made([[0, 1, 2, 3, 100]]);
  assert.deepEqual(domainOf(lines, null, { log: false, limits: [0, 10] }), { domain: [0, 10], outside: 1 });
  const { domain, outside } = domainOf(lines, null, { log: false, limits: [2, null] });
  assert.equal(domain[0], 2);
  assert.ok(domain[1] > 100);
  assert.equal(outside, 2);
});

test('limits that leave nothing are still an axis', () => {
  for (const limits of [[500, null], [null, -500], [3, 1], [0, null]]) {
    const { domain } = domainOf(made([[1, 2]]), null, { log: limits[0] === 0, limits });
    assert.ok(domain[0] < domain[1], `${limits} ${domain}`);
  }
});

test('outliers are set aside: the middle nine tenths are shown', () => {
  const y = Array.from({ length: 200 }, (_, i) => Math.sin(i));
  y[50] = 1e6;
  const { domain, outside } = domainOf(made([y]), null, { log: false, aside: true });
  assert.ok(domain[0] > -1.2 && domain[1] < 1.2, String(domain));
  assert.ok(outside >= 1 && outside <= 20);
  const same = domainOf(made([[5, 5, 5, 9]]), null, { log: false, aside: true });
  assert.ok(same.domain[0] < 5 && same.domain[1] >= 5);
});

test('what is typed is a number, nothing, or wrong', () => {
  assert.equal(readLimit(' −1e-3 '), -1e-3);
  assert.equal(readLimit(''), null);
  assert.equal(readLimit('auto'), null);
  assert.equal(readLimit('1,2'), undefined);
  assert.equal(readLimit('Infinity'), undefined);
});

test('of a reduced curve the middle is that of its columns\' first points', () => {
  // Each column: an ordinary value, then the lowest and the highest of many.
  const n = 300;
  const x = Float64Array.from({ length: 3 * n }, (_, i) => i / 3);
  const raw = Float64Array.from(x, (_, i) => [Math.sin(i), -50, 50][i % 3]);
  const whole = domainOf([{ x, y: raw, raw }], null, { log: false, aside: true });
  assert.ok(whole.domain[1] >= 50);
  const reduced = domainOf([{ x, y: raw, raw, reduced: true }], null, { log: false, aside: true });
  assert.ok(reduced.domain[0] > -1.2 && reduced.domain[1] < 1.2, String(reduced.domain));
  assert.equal(reduced.outside >= 2 * n, true);
});
