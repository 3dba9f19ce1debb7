import assert from 'node:assert/strict';
import test from 'node:test';
import { partsOf } from '../../../../web/dashboards/scalars/parts.js';

const curve = (steps, purged = false) => ({
  segment: 'f', purged, steps: Float64Array.from(steps), walls: Float64Array.from(steps), values: Float64Array.from(steps),
});
const all = { newest: false, purged: false };
const steps = (parts) => parts.map((part) => [...part.steps]);

test('a curve is cut where its steps go back, not where they repeat', () => {
  assert.deepEqual(steps(partsOf([curve([0, 1, 1, 2, 1, 2, 3])], all)), [[0, 1, 1, 2], [1, 2, 3]]);
});

test('steps in no order at all stay one line', () => {
  const mixed = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);
  assert.equal(partsOf([curve(mixed)], all).length, 1);
});

test('of overlapping parts only the newest is shown on demand', () => {
  const parts = partsOf([curve([0, 1, 2, 3, 4]), curve([2, 3]), curve([3, 9])], { newest: true, purged: false });
  assert.deepEqual(steps(parts), [[0, 1], [2], [3, 9]]);
});

test('a part that is covered altogether is gone, and covers nothing itself', () => {
  assert.deepEqual(steps(partsOf([curve([5, 6]), curve([0, 1])], { newest: true, purged: false })), [[0, 1]]);
});

test('purged points neither cover nor are covered', () => {
  const parts = partsOf([curve([0, 1]), curve([2, 3], true), curve([2])], { newest: true, purged: true });
  assert.deepEqual(steps(parts), [[0, 1], [2, 3], [2]]);
  assert.deepEqual(steps(partsOf([curve([2], true)], all)), []);
});
