import assert from 'node:assert/strict';
import test from 'node:test';

import { parts } from '../../../web/ui/run_name.js';

test('a short name is whole', () => {
  assert.deepEqual(parts('run-1'), ['run-1']);
  assert.deepEqual(parts('가'.repeat(14)), ['가'.repeat(14)]);
});

test('of a long name the end stays, which tells the runs of a sweep apart', () => {
  const [head, tail] = parts('sweep/optimizer=adam,lr=0.001,seed=7');
  assert.equal(tail, '=0.001,seed=7'.padStart(14, 'r'));
  assert.equal(head + tail, 'sweep/optimizer=adam,lr=0.001,seed=7');
});

test('Hangul takes the room of two letters', () => {
  assert.equal(parts('나'.repeat(40)).at(-1), '나'.repeat(7));
  assert.equal(parts(`${'x'.repeat(40)}가1`).at(-1)?.length, 13);
});
