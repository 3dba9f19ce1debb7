import assert from 'node:assert/strict';
import test from 'node:test';

import { createRuns } from '../../../web/app/runs.js';
import { signal } from '../../../web/lib/signal.js';

/** @param {string} [phase] */
const status = (phase = 'ready') => signal(/** @type {any} */ ({ phase, logdir: '/logs' }));

/** A browser's storage that is empty. */
function storage() {
  const kept = new Map();
  return { getItem: (/** @type {string} */ key) => kept.get(key) ?? null, setItem: kept.set.bind(kept) };
}

/** A page over a URL that only remembers. @param {any} [place] @param {any} [about] */
function page(place = storage(), about = status()) {
  const kept = new Map();
  const state = { get: (/** @type {string} */ key) => kept.get(key) ?? null, set: kept.set.bind(kept), subscribe() {} };
  return createRuns(/** @type {any} */ (state), signal(/** @type {'light' | 'dark'} */ ('light')), about, place);
}

function runs(/** @type {string[]} */ ids) {
  const made = page();
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

const run = (/** @type {string} */ id, /** @type {number | null} */ first_wall_time) => ({ id, name: id, first_wall_time });

test('a run keeps its colour when one that sorts before it is added, over a reload and elsewhere', () => {
  const browser = storage();
  const first = page(browser);
  first.set([run('m', 10), run('z', 20)]);
  const colours = ['m', 'z'].map((id) => first.style(id).color);
  first.set([run('a', 30), run('m', 10), run('z', 20)]);
  assert.deepEqual(['m', 'z'].map((id) => first.style(id).color), colours);
  for (const place of [browser, storage()]) {
    const reloaded = page(place);
    reloaded.set([run('a', 30), run('m', 10), run('z', 20)]);
    assert.deepEqual(['m', 'z'].map((id) => reloaded.style(id).color), colours);
  }
});

test('colours given while the log is still read are not remembered: they go by when runs began', () => {
  const browser = storage();
  const about = status('loading');
  const loading = page(browser, about);
  loading.set([run('late', 90), run('early', null)]);
  loading.set([run('late', 90), run('early', 10)]);
  about.value = { ...about.value, phase: 'ready' };
  const fresh = page();
  fresh.set([run('early', 10), run('late', 90)]);
  const reloaded = page(browser);
  reloaded.set([run('early', 10), run('late', 90)]);
  for (const made of [loading, reloaded]) assert.deepEqual(made.style('late'), fresh.style('late'));
});
