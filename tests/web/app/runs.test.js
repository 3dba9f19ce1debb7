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

/** A URL that tells of its changes. */
function url() {
  const kept = new Map();
  const listeners = new Set();
  return {
    kept,
    get: (/** @type {string} */ key) => kept.get(key) ?? null,
    set(/** @type {string} */ key, /** @type {string | null} */ value) {
      if (value === null) kept.delete(key);
      else kept.set(key, value);
      listeners.forEach((listener) => listener());
    },
    subscribe: (/** @type {() => void} */ listener) => listeners.add(listener),
  };
}

/** A page. @param {any} [place] @param {any} [about] @param {any} [state] @param {any} [api] */
function page(place = storage(), about = status(), state = url(), api = { get: () => new Promise(() => {}) }) {
  return createRuns(state, signal(/** @type {'light' | 'dark'} */ ('light')), about, place, api);
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

/** @param {number} n */
const many = (n) => Array.from({ length: n }, (_, i) => run(`run ${i}`, i));

test('up to five hundred runs are all shown, of more the hundred newest until all are asked for', () => {
  const few = page();
  few.set(many(500));
  assert.equal(few.shown.value.size, 500);
  assert.equal(few.few.value, 0);
  const made = page();
  made.set(many(5000));
  assert.equal(made.shown.value.size, 100);
  assert.equal(made.few.value, 100);
  assert.ok(made.shown.value.has('run 4999') && !made.shown.value.has('run 0'));
  made.show(new Set(made.ids));
  assert.equal(made.shown.value.size, 5000);
  assert.equal(made.few.value, 0);
});

test('a log that grows beyond five hundred runs while it is looked at stays as it is, with the new ones', () => {
  const made = page();
  made.set(many(500));
  made.set(many(600));
  assert.equal(made.shown.value.size, 600);
  const large = page();
  large.set(many(1000));
  large.set([...many(1000), run('new', 9999)]);
  assert.equal(large.shown.value.size, 101);
  assert.ok(large.shown.value.has('new') && large.shown.value.has('run 900'));
});

test('which runs are the newest is settled when the log is read', () => {
  const about = status('loading');
  const made = page(storage(), about);
  made.set(many(1000).map((one) => ({ ...one, first_wall_time: null })));
  made.set(many(1000));
  about.value = { ...about.value, phase: 'ready' };
  assert.ok(made.shown.value.has('run 999') && !made.shown.value.has('run 0'));
  assert.equal(made.shown.value.size, 100);
});

test('what is drawn is selected and matches the filter', () => {
  const made = page();
  made.set([run('lr0.1 a', 1), run('lr0.1 b', 2), run('lr0.5 a', 3)]);
  made.show(new Set(['lr0.1 a', 'lr0.5 a']));
  made.search('lr0.1', null);
  assert.deepEqual([...made.shown.value], ['lr0.1 a']);
  assert.equal(made.filter.value.mode, 'text');
  assert.deepEqual([...(made.filter.value.matching ?? [])], ['lr0.1 a', 'lr0.1 b']);
  made.search('', null);
  assert.deepEqual([...made.shown.value], ['lr0.1 a', 'lr0.5 a']);
});

test('while a filter cannot be read the one before it holds', () => {
  const made = page();
  made.set([run('ab', 1), run('b', 2)]);
  made.search('a', null);
  made.search('a[', null);
  assert.equal(made.filter.value.mistake?.at, 1);
  assert.deepEqual([...made.shown.value], ['ab']);
});

test('an expression waits for what it looks at, and is decided when that has come', async () => {
  const answer = { runs: ['a', 'b'], newest: [1, 1], points: [1, 1], running: [false, false], status: ['stopped', 'diverged'],
    nan: { step: [null, 3], tag: [null, 'x'] }, diverged: { step: [null, 3], tag: [null, 'x'] }, params: [{ name: 'lr', values: [0.1, 0.5] }],
    tags: [{ tag: 'loss', last: [0.25, 'NaN'], last_step: [9, 9], min: [0.1, null], min_step: [1, null], max: [1, null], max_step: [0, null] }] };
  /** @type {any[]} */
  const asked = [];
  const api = { get: async (/** @type {string} */ path, /** @type {any} */ params) => (asked.push([path, params]), answer) };
  const made = page(storage(), status(), url(), api);
  made.set([run('a', 1), run('b', 2)]);
  made.search('lr < 0.3 and last(loss) < 1', null);
  assert.equal(made.filter.value.waiting, true);
  assert.equal(made.shown.value.size, 2);
  await new Promise((resolve) => made.facts.answer.subscribe(resolve));
  assert.deepEqual(asked, [['api/runs/table', { tag: ['loss'] }]]);
  assert.deepEqual([...made.shown.value], ['a']);
  assert.equal(made.filter.value.waiting, false);
  made.search('status = diverged', null);
  assert.deepEqual([...made.shown.value], ['b']);
  made.search('lr2 < 3', null);
  assert.match(made.filter.value.mistake?.message ?? '', /no column “lr2”; did you mean “lr”/);
  made.facts.want('filter', null);
});

test('another selection is one change, without a look at what lies between', () => {
  const made = page();
  made.set(many(10));
  made.show(new Set(['run 1']));
  let changes = 0;
  made.shown.subscribe(() => (changes += 1));
  made.show(new Set(many(9).map(({ id }) => id)));
  assert.equal(changes, 1);
});

test('a colour set by hand stays in the link, and goes when it is taken back', () => {
  const state = url();
  const made = page(storage(), status(), state);
  made.set([run('a', 1), run('b', 2)]);
  const own = made.style('a').color;
  made.colour('a', '#123456');
  assert.equal(made.style('a').color, '#123456');
  assert.equal(state.get('colours'), '{"a":"#123456"}');
  made.colour('a', null);
  assert.equal(made.style('a').color, own);
  assert.equal(state.get('colours'), null);
});

test('runs are coloured by a hyper-parameter in their names', () => {
  const made = page();
  made.set([run('lr0.1', 1), run('lr0.5', 2), run('other', 3)]);
  made.colourBy('param:lr');
  assert.equal(made.colouring.value?.ordered, true);
  assert.notEqual(made.style('lr0.1').color, made.style('lr0.5').color);
  assert.equal(made.style('lr0.1').label, 'lr0.1');
  made.resetColours();
  assert.equal(made.colouring.value, null);
});
