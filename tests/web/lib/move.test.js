import assert from 'node:assert/strict';
import test from 'node:test';

import { isAtLeast, moveOf, numbersOf, withVersion } from '../../../web/lib/move.js';

const ANSWER = {
  version: 7, cursor: 'life.7', from: 'life.5', marks: { status: 6, runs: 3, tags: 7, others: 1 },
  facts: { points: 1, bytes_read: 1, bytes_total: 1, memory: 1 },
  moved: [[['loss', 'accuracy'], '0-1,3'], [['rate'], '2']],
};
const RUNS = ['a', 'b', 'c', 'd'];

test('cursors of one life are compared as numbers, of two not at all', () => {
  assert.equal(isAtLeast('life.10', 'life.9'), true);
  assert.equal(isAtLeast('life.9', 'life.9'), true);
  assert.equal(isAtLeast('life.9', 'life.10'), false);
  assert.equal(isAtLeast('other.9', 'life.2'), false);
  assert.equal(isAtLeast('life.9', null), false);
  assert.equal(isAtLeast('', 'life.2'), false);
  assert.equal(withVersion('life.9', 12), 'life.12');
});

test('a list is old when it changed after the answer that it came with', () => {
  const move = moveOf(ANSWER, null);
  assert.equal(move.isOld('tags', 'life.6'), true);
  assert.equal(move.isOld('tags', 'life.7'), false);
  assert.equal(move.isOld('status', 'life.6'), false);
  assert.equal(move.isOld('runs', 'other.99'), true);
});

test('the runs of a tag are told by their numbers', () => {
  const move = moveOf(ANSWER, null);
  assert.deepEqual(move.runsOf('accuracy', RUNS, 'life.3'), new Set(['a', 'b', 'd']));
  assert.deepEqual(move.runsOf('rate', RUNS, 'life.7'), new Set(['c']));
  assert.deepEqual(move.runsOf('quiet', RUNS, 'life.7'), new Set());
});

test('any run may have moved where that cannot be known', () => {
  assert.equal(moveOf({ ...ANSWER, from: null, moved: null }, null).runsOf('loss', RUNS, 'life.5'), null);
  assert.equal(moveOf(ANSWER, ['rate']).runsOf('loss', RUNS, 'life.5'), null, 'nobody asked about that tag');
  assert.equal(moveOf(ANSWER, null).runsOf('loss', RUNS, 'life.2'), null, 'the list of runs is older');
  assert.equal(moveOf(ANSWER, null).runsOf('loss', RUNS, 'life.8'), null, 'the list of runs is newer');
  assert.equal(moveOf(ANSWER, null).runsOf('loss', RUNS, 'other.5'), null, 'it is of another life');
});

test('ranges', () => {
  assert.deepEqual(numbersOf(''), []);
  assert.deepEqual(numbersOf('0-2,5,7-8'), [0, 1, 2, 5, 7, 8]);
});
