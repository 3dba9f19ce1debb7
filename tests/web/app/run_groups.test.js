import assert from 'node:assert/strict';
import test from 'node:test';

import { createRunGroups, rangesOf } from '../../../web/app/run_groups.js';
import { createRuns } from '../../../web/app/runs.js';
import { PALETTE } from '../../../web/lib/colours.js';
import { signal } from '../../../web/lib/signal.js';

const NAMES = [1, 2, 3].flatMap((seed) => ['0.1', '0.01'].map((lr) => `lr=${lr}_seed=${seed}`));
const ANSWER = { runs: [], newest: [], points: [], running: [], status: [], nan: { step: [], tag: [] }, diverged: { step: [], tag: [] }, params: [], tags: [] };

/** A page with a sweep of two settings. @param {Record<string, string>} [start] */
async function page(start = {}) {
  const kept = new Map(Object.entries(start));
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const state = /** @type {any} */ ({
    get: (/** @type {string} */ key) => kept.get(key) ?? null,
    set(/** @type {string} */ key, /** @type {string | null} */ value) {
      value === null ? kept.delete(key) : kept.set(key, value);
      listeners.forEach((listener) => listener());
    },
    subscribe: (/** @type {() => void} */ listener) => listeners.add(listener),
  });
  const storage = { getItem: () => null, setItem() {} };
  const runs = createRuns(state, signal(/** @type {'light' | 'dark'} */ ('light')), signal(/** @type {any} */ ({ phase: 'ready', logdir: '/l' })), storage, /** @type {any} */ ({ get: async () => ANSWER }));
  runs.set(NAMES.map((id, n) => ({ id, name: id, first_wall_time: n })));
  await new Promise((done) => setTimeout(done, 5));
  return { runs, state };
}
const BUT = '{"but":["seed"]}';

test('groups are made as the link asks, with colours by when their first runs began', async () => {
  const { runs } = await page({ group: BUT });
  const [a, b] = runs.groups.groups.value?.list ?? [];
  assert.deepEqual([a.label, b.label, a.ids.length], ['lr 0.1', 'lr 0.01', 3]);
  assert.deepEqual([runs.style(a.id).color, runs.style(b.id).color], PALETTE.light.slice(0, 2));
  assert.equal(runs.style(a.id).label, 'lr 0.1');
});

test('neither a check nor the filter changes a colour, and no check a member', async () => {
  const { runs } = await page({ group: BUT });
  const [a, b] = runs.groups.groups.value?.list ?? [];
  runs.show(new Set([NAMES[3]]));
  assert.deepEqual(runs.groups.drawn().map(({ id }) => id), [b.id]);
  assert.deepEqual(runs.groups.members(b).length, 3); // though one is checked
  assert.equal(runs.groups.isDrawn(a.id), false);
  runs.search('seed=1', null);
  assert.deepEqual(runs.groups.members(b), ['lr=0.01_seed=1']);
  assert.equal(runs.style(b.id).color, PALETTE.light[1]);
});

test('a group may have a colour by hand, and goes with the others when runs are not grouped any more', async () => {
  const { runs, state } = await page({ group: BUT });
  const [a] = runs.groups.groups.value?.list ?? [];
  runs.colour(a.id, '#112233');
  assert.equal(runs.style(a.id).color, '#112233');
  runs.groupBy(null);
  assert.equal(runs.groups.groups.value, null);
  assert.equal(state.get('group'), null);
  assert.equal(runs.groups.find(a.id), undefined);
});

test('runs coloured by what groups are made by give groups that colour', async () => {
  const { runs } = await page({ group: BUT, colour: 'param:lr' });
  const [a, b] = runs.groups.groups.value?.list ?? [];
  assert.equal(runs.style(a.id).color, runs.style(NAMES[0]).color);
  assert.notEqual(runs.style(a.id).color, runs.style(b.id).color);
});

test('a group that gets a run tells of it', async () => {
  const { runs } = await page({ group: BUT });
  let told = 0;
  runs.groups.groups.subscribe(() => (told += 1));
  runs.set([...NAMES, 'lr=0.1_seed=9'].map((id, n) => ({ id, name: id, first_wall_time: n })));
  assert.equal(told, 1);
  assert.equal(runs.groups.groups.value?.list[0].ids.length, 4);
  assert.equal(runs.groups.groupOf('lr=0.1_seed=9')?.label, 'lr 0.1');
  assert.equal(runs.groups.numbers().text(['lr=0.1_seed=9', NAMES[0], NAMES[1]]), '0-1,6');
});

test('while it is not known what runs were started with, groups are waited for', () => {
  const facts = /** @type {any} */ ({ want() {}, answer: signal(null), paramNames: () => [], value: () => null });
  const groups = createRunGroups(/** @type {any} */ ({ get: () => BUT }), facts, { list: () => [], numberOf: () => 0, matching: () => null, shown: () => new Set() });
  groups.update();
  assert.deepEqual(groups.groups.value, { waiting: true, list: [] });
});

test('groups are not made anew while nothing changes that they are made of', () => {
  let asked = 0;
  const list = NAMES.map((id, n) => ({ id, name: id, first_wall_time: n }));
  const facts = /** @type {any} */ ({ want() {}, answer: signal(ANSWER), paramNames: () => ['lr'], value: () => (asked += 1) });
  const groups = createRunGroups(/** @type {any} */ ({ get: () => BUT }), facts, { list: () => list, numberOf: () => 0, matching: () => null, shown: () => new Set() });
  groups.update();
  const before = asked;
  groups.update(); // as a slider does, sixty times a second
  assert.equal(asked, before);
  groups.update(true);
  assert.ok(asked > before);
});

test('numbers are written as ranges', () => {
  assert.equal(rangesOf([3, 1, 2, 7, 9, 8]), '1-3,7-9');
  assert.equal(rangesOf([5]), '5');
  assert.equal(rangesOf([]), '');
});
