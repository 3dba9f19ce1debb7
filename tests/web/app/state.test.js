import assert from 'node:assert/strict';
import test from 'node:test';
import { withParams } from '../../../web/app/api.js';
import { createState, formatHash, goesOn, parseHash } from '../../../web/app/state.js';

test('a hash is read and written', () => {
  const { dashboard, values } = parseHash('#scalars?smoothing=0.6&tags=%5Eloss%3F');
  assert.equal(dashboard, 'scalars');
  assert.equal(values.get('tags'), '^loss?');
  assert.equal(formatHash(dashboard, values), '#scalars?smoothing=0.6&tags=%5Eloss%3F');
  assert.equal(parseHash('').dashboard, '');
  assert.equal(parseHash('#graphs').dashboard, 'graphs');
});

test('parameters repeat, and missing ones are left out', () => {
  assert.equal(withParams('api/x', { run: ['a b', '가'], since: undefined, n: 3 }), 'api/x?run=a+b&run=%EA%B0%80&n=3');
  assert.equal(withParams('api/x', {}), 'api/x');
});

test('changes of one key that follow closely, or while the pointer is held, are one act', () => {
  const act = { keys: new Set(['smoothing']), at: 1000, held: false, together: false };
  assert.equal(goesOn(act, 'smoothing', 1500), true);
  assert.equal(goesOn(act, 'smoothing', 1800), false);
  assert.equal(goesOn(act, 'axis', 1001), false);
  assert.equal(goesOn({ ...act, held: true }, 'smoothing', 9000), true);
  assert.equal(goesOn({ ...act, together: true }, 'axis', 1001), true);
});

/** A window as far as the state needs one. */
function windowOf(t, hash) {
  const entries = [hash];
  let at = 0;
  const listeners = {};
  const location = { get hash() { return entries[at].replace(/^#$/, ''); }, set hash(next) { this.push(next); listeners.hashchange?.(); }, push(next) { entries.splice(++at, Infinity, next); } };
  const globals = {
    location, addEventListener: (name, listener) => (listeners[name] = listener),
    history: { pushState: (_, __, next) => location.push(next), replaceState: (_, __, next) => (entries[at] = next) },
  };
  const before = Object.fromEntries(Object.keys(globals).map((name) => [name, globalThis[name]]));
  Object.assign(globalThis, globals);
  t.after(() => Object.assign(globalThis, before));
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  return {
    entries,
    wait: async (ms) => { now += ms; t.mock.timers.tick(ms); await null; },
    press: () => listeners.pointerdown(), release: () => listeners.pointerup(),
    back: async () => { at -= 1; await listeners.hashchange(); },
  };
}

test('each act is an entry, and back undoes it', async (t) => {
  const page = windowOf(t, '#scalars');
  const state = createState('scalars');
  await state.open();
  state.set('filter', 'a');
  await page.wait(100);
  state.set('filter', 'ab');
  await page.wait(1000);
  state.set('filter', 'ab'); // as it is: no act
  state.set('only', '["x"]');
  state.set('hidden', null);
  await page.wait(1000);
  page.press();
  for (const smoothing of ['0.1', '0.2', '0.3']) {
    state.set('smoothing', smoothing);
    await page.wait(900);
  }
  page.release();
  state.set('smoothing', '0.4');
  assert.deepEqual(page.entries.map((entry) => decodeURIComponent(entry)), ['#scalars', '#scalars?filter=ab', '#scalars?filter=ab&only=["x"]',
    '#scalars?filter=ab&only=["x"]&smoothing=0.3', '#scalars?filter=ab&only=["x"]&smoothing=0.4']);
  let told = 0;
  state.onArrival(() => (told += 1));
  await page.back();
  await page.back();
  assert.equal(state.get('smoothing'), null);
  await page.back();
  await page.back();
  assert.equal(state.get('filter'), null);
  assert.equal(told, 4);
});

test('below the URL lies a named view: the URL says what differs', async (t) => {
  const page = windowOf(t, '#scalars?view=mine&y=log');
  const view = { dashboard: 'scalars', values: { smoothing: '0.6', tags: 'loss' } };
  let known;
  const named = { known: (name) => (name === 'mine' ? known : null), load: async () => { known = view; } };
  const state = createState('scalars', named);
  await state.open();
  assert.equal(state.get('smoothing'), '0.6');
  assert.deepEqual(state.values(), { smoothing: '0.6', tags: 'loss', y: 'log' });
  state.set('tags', null);
  state.set('smoothing', '0.9');
  assert.equal(state.get('tags'), null);
  assert.equal(page.entries.at(-1), '#scalars?view=mine&y=log&tags=&smoothing=0.9');
  await page.wait(1000);
  state.set('tags', 'loss');
  assert.equal(page.entries.at(-1), '#scalars?view=mine&y=log&smoothing=0.9');
  assert.deepEqual(state.values(), { smoothing: '0.9', tags: 'loss', y: 'log' });
});

test('the default view stands for no URL, and only for none', async (t) => {
  const page = windowOf(t, '');
  const beginning = { name: 'night', dashboard: 'graphs', values: {} };
  const state = createState('scalars', { known: () => beginning, load: async () => {}, beginning });
  await state.open();
  assert.deepEqual(page.entries, ['#graphs?view=night']);
});

test('another dashboard is as it was left, with the same runs', async (t) => {
  windowOf(t, '#scalars?smoothing=0.6&filter=lr');
  const state = createState('scalars');
  await state.open();
  assert.equal(state.hash('graphs'), '#graphs?filter=lr');
  state.go(state.hash('graphs'));
  await null;
  await null;
  assert.equal(state.dashboard, 'graphs');
  state.set('filter', null);
  assert.equal(state.hash('scalars'), '#scalars?smoothing=0.6');
});
