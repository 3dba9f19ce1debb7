import assert from 'node:assert/strict';
import test from 'node:test';

import { createCurves } from '../../../../web/dashboards/scalars/curves.js';

/** A server of runs a, b and c with as many points as its version; it notes what it is asked. */
function server() {
  const asked = /** @type {any[]} */ ([]);
  const state = { version: 2 };
  return {
    asked,
    state,
    async get(/** @type {string} */ _, /** @type {any} */ { run = ['a', 'b', 'c'], since }) {
      asked.push([run.join(''), since]);
      const from = since ? Number(since.slice(1)) : 0;
      const column = Array.from({ length: state.version - from }, (_, i) => from + i);
      const series = run.map((/** @type {string} */ id) => ({ run: id, segment: 'f', purged: false, append: from > 0, steps: column, wall_times: column, values: column }));
      return { cursor: `v${state.version}`, series };
    },
  };
}

const lengths = (/** @type {any} */ known) => Object.fromEntries([...known].map(([id, [{ steps }]]) => [id, steps.length]));

test('hiding and showing a run that is known asks for nothing', async () => {
  const api = server();
  const curves = createCurves(/** @type {any} */ (api), 'loss');
  await curves.load(['a', 'b', 'c'], { of: 3, moved: false });
  await curves.load(['a'], { of: 3, moved: false });
  await curves.load(['a', 'c'], { of: 3, moved: false });
  assert.deepEqual(api.asked, [['abc', undefined]]);
});

test('a run that was hidden while the log moved catches up when it is shown', async () => {
  const api = server();
  const curves = createCurves(/** @type {any} */ (api), 'loss');
  await curves.load(['a', 'b'], { of: 3, moved: false });
  api.state.version = 5;
  await curves.load(['a'], { of: 3, moved: true });
  await curves.load(['a', 'b', 'c'], { of: 3, moved: false });
  assert.deepEqual(api.asked, [['ab', undefined], ['a', 'v2'], ['b', 'v2'], ['c', undefined]]);
  assert.deepEqual(lengths(curves.known), { a: 5, b: 5, c: 5 });
});

test('too many runs for a URL are asked for as all, and only the asked ones are taken', async () => {
  const api = server();
  const curves = createCurves(/** @type {any} */ (api), 'loss');
  const long = ['a', 'b', 'x'.repeat(3000)];
  await curves.load(long, { of: 9, moved: false });
  assert.deepEqual(api.asked, [['abc', undefined]]);
  assert.deepEqual(lengths(curves.known), { a: 2, b: 2 });
});
