import assert from 'node:assert/strict';
import test from 'node:test';
import { newest, selectedOf, writtenOf } from '../../../web/lib/selection.js';

const list = ['a', 'b', 'c', 'd'].map((id, n) => ({ id, first_wall_time: 10 * n }));
const nothing = { only: null, hidden: null, all: null };

/** Selected, written and read again. @param {string[]} ids @param {string[] | null} beginning */
function again(ids, beginning) {
  const first = beginning && new Set(beginning);
  return [...selectedOf(list, writtenOf(list, new Set(ids), first), first)];
}

test('nothing said is the beginning', () => {
  assert.deepEqual([...selectedOf(list, nothing, null)], ['a', 'b', 'c', 'd']);
  assert.deepEqual([...selectedOf(list, nothing, new Set(['d', 'c']))], ['c', 'd']);
});

test('every selection is read as it was written', () => {
  for (const beginning of [null, ['c', 'd']]) {
    for (const ids of [['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd'], []]) assert.deepEqual(again(ids, beginning), ids);
  }
});

test('the shorter list is written, so runs that come later are selected where most are', () => {
  const few = writtenOf(list, new Set(['a']), null);
  const most = writtenOf(list, new Set(['a', 'b', 'c']), null);
  const later = [...list, { id: 'e', first_wall_time: 99 }];
  assert.equal(few.only, '["a"]');
  assert.equal(most.hidden, '["d"]');
  assert.deepEqual([...selectedOf(later, few, null)], ['a']);
  assert.deepEqual([...selectedOf(later, most, null)], ['a', 'b', 'c', 'e']);
});

test('all of very many is said, since it is not the beginning', () => {
  assert.deepEqual(writtenOf(list, new Set(['a', 'b', 'c', 'd']), new Set(['a'])), { only: null, hidden: null, all: 'all' });
  assert.deepEqual(writtenOf(list, new Set(['a', 'b', 'c', 'd']), null), nothing);
});

test('the newest are those that began last; those that nobody read count as oldest', () => {
  assert.deepEqual(newest([{ id: 'x', first_wall_time: null }, ...list], 2), new Set(['c', 'd']));
});

test('a link that was cut selects nothing that is not there', () => {
  assert.deepEqual([...selectedOf(list, { ...nothing, hidden: '["a"' }, null)], ['a', 'b', 'c', 'd']);
  assert.deepEqual([...selectedOf(list, { ...nothing, only: '["a"' }, null)], []);
});
