import assert from 'node:assert/strict';
import test from 'node:test';
import { distinctOf } from '../../../web/lib/run_labels.js';

const short = (/** @type {string[]} */ ...names) => names.map(distinctOf(names));

test('what all names begin and end with is left out, in whole parts', () => {
  assert.deepEqual(short('net/lr0.0003_bs32_seed0', 'net/lr0.001_bs32_seed0'), ['lr0.0003…', 'lr0.001…']);
  assert.deepEqual(short('크기_64/배치_32_최종', '크기_64/배치_64_최종', '크기_128/배치_32_최종'), ['…64/배치_32…', '…64/배치_64…', '…128/배치_32…']);
  assert.deepEqual(short('a/train', 'a/valid'), ['train', 'valid']);
  assert.deepEqual(short('loss · a', 'loss · b'), ['…a', '…b']);
});

test('values stay whole, and so does what would be nothing', () => {
  assert.deepEqual(short('lr=1e-3', 'lr=1e-4'), ['lr=1e-3', 'lr=1e-4']);
  assert.deepEqual(short('s_lr=0.1_x', 's_lr=0.2_x'), ['…lr=0.1…', '…lr=0.2…']);
  assert.deepEqual(short('a_', 'a_b'), ['a_', '…b']);
  assert.deepEqual(short('a_b', 'a_b_b'), ['…b', '…b_b'], 'no part is left out twice');
  assert.deepEqual(short('only/one_run'), ['only/one_run']);
  assert.deepEqual(short('x_1', 'x_1'), ['x_1', 'x_1']);
});
