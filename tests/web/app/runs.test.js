import assert from 'node:assert/strict';
import test from 'node:test';

import { createRuns } from '../../../web/app/runs.js';
import { signal } from '../../../web/lib/signal.js';

/** Runs over a state of the URL that only remembers. */
function runs(/** @type {string[]} */ ids) {
  const kept = new Map();
  const state = { get: (/** @type {string} */ key) => kept.get(key) ?? null, set: kept.set.bind(kept), subscribe() {} };
  const made = createRuns(/** @type {any} */ (state), signal(/** @type {'light' | 'dark'} */ ('light')));
  made.set(ids.map((id) => ({ id, name: id, first_wall_time: null })));
  return made;
}

test('while all runs are shown none is asked for before the others', () => {
  assert.equal(runs(['a', 'b', 'c']).watched(), undefined);
});

test('the runs that are shown are those to load first', () => {
  const made = runs(['a', 'b', 'c']);
  made.show(new Set(['b']));
  assert.deepEqual(made.watched(), ['b']);
});

test('of many runs that are shown as many are named as a URL takes', () => {
  const ids = Array.from({ length: 500 }, (_, n) => `experiment/run_${n}`);
  const made = runs(ids);
  made.show(new Set(ids.slice(1)));
  const named = made.watched() ?? [];
  assert.deepEqual(named, ids.slice(1, 1 + named.length));
  assert.ok(named.length > 50 && JSON.stringify(named).length < 2000);
});
