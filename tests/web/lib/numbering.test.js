import assert from 'node:assert/strict';
import test from 'node:test';
import { createMemory, numbered } from '../../../web/lib/numbering.js';

const run = (/** @type {string} */ id, /** @type {number | null} */ first_wall_time) => ({ id, first_wall_time });

test('runs are numbered by when they began, whatever they are called', () => {
  const numbers = numbered([run('a', 30), run('b', 10), run('c', 20)], []);
  assert.deepEqual([...numbers], [['b', 0], ['c', 1], ['a', 2]]);
});

test('runs that began together go by name, those that nobody read by name behind them', () => {
  const numbers = numbered([run('z', null), run('b', 5), run('y', null), run('a', 5)], []);
  assert.deepEqual([...numbers.keys()], ['a', 'b', 'y', 'z']);
});

test('a new run leaves the others their numbers, also one that began before them', () => {
  const before = numbered([run('b', 10), run('c', 20)], []);
  const after = numbered([run('a', 1), run('b', 10), run('c', 20)], [...before.keys()]);
  assert.deepEqual([...after], [['b', 0], ['c', 1], ['a', 2]]);
});

test('a run that is gone keeps its number for when it comes back', () => {
  const numbers = numbered([run('c', 20), run('d', 30)], ['b', 'c']);
  assert.equal(numbers.get('c'), 1);
  assert.equal(numbers.get('d'), 2);
});

/** @param {number} room characters */
function storage(room = 1e9) {
  const kept = new Map();
  return {
    kept,
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem(/** @type {string} */ key, /** @type {string} */ value) {
      if (value.length > room) throw new Error('no room');
      kept.set(key, value);
    },
  };
}

test('each log directory has its numbers, the last twenty of them', () => {
  const place = storage();
  for (let n = 0; n < 25; n += 1) createMemory(place, () => `/logs/${n}`).keep([`run ${n}`]);
  assert.deepEqual(createMemory(place, () => '/logs/24').recall(), ['run 24']);
  assert.deepEqual(createMemory(place, () => '/logs/5').recall(), ['run 5']);
  assert.deepEqual(createMemory(place, () => '/logs/4').recall(), []);
});

test('where the browser has no more room the other log directories are forgotten', () => {
  const place = storage(40);
  createMemory(place, () => '/a').keep(['one', 'two']);
  createMemory(place, () => '/b').keep(['three', 'four', 'five']);
  assert.deepEqual(createMemory(place, () => '/b').recall(), ['three', 'four', 'five']);
  assert.deepEqual(createMemory(place, () => '/a').recall(), []);
});
