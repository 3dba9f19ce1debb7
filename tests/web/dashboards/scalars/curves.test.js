import assert from 'node:assert/strict';
import test from 'node:test';

import { boundsOf, createCurves, isWhole, merge, xColumn } from '../../../../web/dashboards/scalars/curves.js';

const PICTURE = { axis: 'step', log: false, logX: false, smoothing: 0, smoother: 'ema', newest: false, purged: false, range: null, pixels: 100 };

/**
 * A server of runs a, b and c with as many points as its version; it notes what it is asked. From
 * `big` points on it sends only the ends.
 */
function server(big = Infinity) {
  const asked = /** @type {any[]} */ ([]);
  const state = { version: 2 };
  return {
    asked,
    state,
    async columns(_, { run = ['a', 'b', 'c'], since, low, high, smoothing }) {
      asked.push([run.join(''), since, low === undefined ? undefined : [low, high]]);
      const from = since ? Number(since.slice(2)) : 0;
      const all = Array.from({ length: state.version - from }, (_, i) => from + i);
      const some = all.length > big ? [all[0], all[all.length - 1]] : all;
      const column = Float64Array.from(some);
      const series = run.map((id) => ({
        run: id, tag: 'loss', segment: 'f', part: 0, purged: false, append: from > 0, total: state.version, covered: 0,
        not_finite: 0, not_positive: 0, origin: 0, extent: [0, state.version - 1],
        steps: column, wall_times: column, values: column, ...(smoothing && { smoothed: column }),
      }));
      return { cursor: `v.${state.version}`, bounds: low === undefined ? [0, state.version - 1] : [low, high], series };
    },
  };
}

const lengths = (known) => Object.fromEntries([...known].map(([id, { curves: [{ steps }] }]) => [id, steps.length]));

test('hiding and showing a run that is known asks for nothing', async () => {
  const api = server();
  const curves = createCurves(api, 'loss');
  await curves.load(['a', 'b', 'c'], PICTURE, { of: 3, cursor: 'v.2' });
  await curves.load(['a'], PICTURE, { of: 3, cursor: 'v.2' });
  await curves.load(['a', 'c'], PICTURE, { of: 3, cursor: 'v.2' });
  assert.deepEqual(api.asked, [['abc', undefined, undefined]]);
});

test('a run that was hidden while the log moved catches up when it is shown', async () => {
  const api = server();
  const curves = createCurves(api, 'loss');
  await curves.load(['a', 'b'], PICTURE, { of: 3, cursor: 'v.2' });
  api.state.version = 5;
  await curves.load(['a'], PICTURE, { of: 3, cursor: 'v.5' });
  await curves.load(['a', 'b', 'c'], PICTURE, { of: 3, cursor: 'v.5' });
  assert.deepEqual(api.asked.map(([runs, since]) => [runs, since]), [['ab', undefined], ['a', 'v.2'], ['b', 'v.2'], ['c', undefined]]);
  assert.deepEqual(lengths(curves.known), { a: 5, b: 5, c: 5 });
});

test('of a run that a move did not touch nothing is asked', async () => {
  const api = server();
  const curves = createCurves(api, 'loss');
  await curves.load(['a', 'b', 'c'], PICTURE, { of: 3, cursor: 'v.2' });
  api.state.version = 3;
  curves.follow({ from: 'v.2', cursor: 'v.3' }, new Set(['b']));
  await curves.load(['a', 'b', 'c'], PICTURE, { of: 3, cursor: 'v.3' });
  assert.deepEqual(api.asked.slice(1).map(([runs, since]) => [runs, since]), [['b', 'v.2']]);
});

test('a run that missed a move, or of which it may be any, is asked for', async () => {
  const api = server();
  const curves = createCurves(api, 'loss');
  await curves.load(['a'], PICTURE, { of: 3, cursor: 'v.2' });
  api.state.version = 5;
  curves.follow({ from: 'v.3', cursor: 'v.4' }, new Set());
  curves.follow({ from: 'v.4', cursor: 'v.5' }, null);
  await curves.load(['a'], PICTURE, { of: 3, cursor: 'v.5' });
  assert.deepEqual(api.asked[1], ['a', 'v.2', [0, 1]]);
});

test('an answer that was on its way when a move came is as good as the move says', async () => {
  const api = server();
  const curves = createCurves(api, 'loss');
  const asking = curves.load(['a', 'b'], PICTURE, { of: 3, cursor: 'v.2' });
  curves.follow({ from: 'v.2', cursor: 'v.3' }, new Set(['b']));
  await asking;
  await curves.load(['a', 'b'], PICTURE, { of: 3, cursor: 'v.3' });
  assert.deepEqual(api.asked.map(([runs]) => runs), ['ab', 'b']);
});

test('after a restart of the server everything is asked for', async () => {
  const api = server();
  const curves = createCurves(api, 'loss');
  await curves.load(['a'], PICTURE, { of: 3, cursor: 'v.2' });
  await curves.load(['a'], PICTURE, { of: 3, cursor: 'w.1' });
  assert.deepEqual(api.asked.map(([runs]) => runs), ['a', 'a']);
});

test('too many runs for a URL are asked for as all, and only the asked ones are taken', async () => {
  const api = server();
  const curves = createCurves(api, 'loss');
  const long = ['a', 'b', 'x'.repeat(3000)];
  await curves.load(long, PICTURE, { of: 9, cursor: 'v.2' });
  assert.deepEqual(api.asked, [['abc', undefined, undefined]]);
  assert.deepEqual(lengths(new Map([...curves.known].filter(([id]) => id.length === 1))), { a: 2, b: 2 });
});

test('a curve that is whole is right for every picture', async () => {
  const api = server();
  const curves = createCurves(api, 'loss');
  await curves.load(['a'], PICTURE, { of: 3, cursor: 'v.2' });
  for (const other of [{ axis: 'wall' }, { log: true }, { logX: true }, { smoothing: 0.5 }, { range: [0, 0.5] }, { pixels: 7 }]) {
    await curves.load(['a'], { ...PICTURE, ...other }, { of: 3, cursor: 'v.2' });
  }
  assert.equal(api.asked.length, 1);
});

test('a reduced curve is asked for again for another picture, and not for the same', async () => {
  const api = server(3);
  api.state.version = 1000;
  const curves = createCurves(api, 'loss');
  const load = (other) => curves.load(['a'], { ...PICTURE, ...other }, { of: 3, cursor: 'v.2' });
  await load({});
  await load({});
  await load({ range: [10, 20] });
  await load({});
  await load({ smoothing: 0.5 });
  await load({ smoothing: 0.5, smoother: 'symmetric' });
  await load({ smoothing: 0.5 });
  assert.deepEqual(api.asked.map(([, , bounds]) => bounds), [undefined, [10, 20], [0, 999], undefined, undefined, undefined]);
  const [curve] = curves.known.get('a').curves;
  assert.deepEqual([isWhole(curve), curve.smoothedBy, [...curve.smoothed]], [false, 'ema 0.5', [0, 999]]);
});

test('while a run grows its columns are asked for again when they moved by one, now and then', async () => {
  const api = server(3);
  api.state.version = 1000;
  let now = 0;
  const curves = createCurves(api, 'loss', () => now);
  const load = async (version, other = {}) => {
    api.state.version = version;
    const before = api.asked.length;
    const later = await curves.load(['a'], { ...PICTURE, ...other }, { of: 3, cursor: `v.${version}` });
    return [later, ...api.asked.slice(before).map(([, since, bounds]) => [since, bounds])];
  };
  await load(1000);
  assert.deepEqual(await load(1002), [Infinity, ['v.1000', [0, 999]]]);
  now = 1000;
  assert.deepEqual(await load(1008), [Infinity, ['v.1002', [0, 1001]]]);
  assert.deepEqual(await load(1016), [4000, ['v.1008', [0, 1007]]], 'less than a column each time, and more than one in all');
  assert.deepEqual(await load(1016, { range: [10, 20] }), [Infinity, [undefined, [10, 20]]], 'a zoom does not wait');
  assert.deepEqual(await load(1050, { range: [10, 20] }), [Infinity, ['v.1016', [10, 20]]]);
  assert.deepEqual(await load(1050), [Infinity, [undefined, [0, 1049]]]);
  assert.deepEqual(await load(1099), [5000, ['v.1050', [0, 1049]]]);
  now = 6000;
  assert.deepEqual(await load(1099), [Infinity, [undefined, [0, 1098]]]);
});

test('restarted runs that were asked for without their void points are asked for again with them', async () => {
  const api = server();
  const curves = createCurves(api, 'loss');
  await curves.load(['a'], PICTURE, { of: 3, cursor: 'v.2' });
  await curves.load(['a'], { ...PICTURE, purged: true }, { of: 3, cursor: 'v.2' });
  await curves.load(['a'], { ...PICTURE, newest: true, purged: true }, { of: 3, cursor: 'v.2' });
  await curves.load(['a'], PICTURE, { of: 3, cursor: 'v.2' });
  assert.equal(api.asked.length, 4);
});

const fresh = (about) => ({ run: 'b', tag: 'loss', segment: 'f', part: 0, purged: false, append: true, total: 3, covered: 0, not_finite: 0, not_positive: 0, origin: 4, extent: [2, 2],
  steps: Float64Array.of(2), wall_times: Float64Array.of(5), values: Float32Array.of(7), ...about });
const values = (known) => known.get('b').curves.map((curve) => [...curve.values]);

test('what comes later is appended, or replaces', () => {
  const before = merge(new Map(), { cursor: 'v.1', bounds: [0, 1], series: [fresh({ append: false, steps: Float64Array.of(0, 1), wall_times: Float64Array.of(4, 4), values: Float32Array.of(1, 0.5) })] }, ['b'], PICTURE);
  const after = (about) => merge(before, { cursor: 'v.2', bounds: [0, 2], series: [fresh(about)] }, ['b'], PICTURE);
  assert.deepEqual(values(after({})), [[1, 0.5, 7]]);
  assert.deepEqual(values(after({ append: false })), [[7]]);
  assert.deepEqual(values(after({ part: 1 })), [[7]]);
  assert.deepEqual(values(before), [[1, 0.5]]);
});

test('a curve of which nothing is told any more is forgotten, a run that was not asked for stays', () => {
  const before = merge(new Map(), { cursor: 'v.1', bounds: null, series: [fresh({}), fresh({ run: 'c' })] }, ['b', 'c'], PICTURE);
  const after = merge(before, { cursor: 'v.2', bounds: null, series: [] }, ['b'], PICTURE);
  assert.deepEqual([...after].map(([id, { curves }]) => [id, curves.length]), [['b', 0], ['c', 1]]);
});

test('relative time begins with the first event of the run', () => {
  const columns = { steps: Float64Array.of(0), walls: Float64Array.of(1700000001), origin: 1700000000 };
  assert.deepEqual([...xColumn(columns, 'relative')], [1]);
  assert.equal(xColumn(columns, 'wall'), columns.walls);
  const known = merge(new Map(), { cursor: 'v.1', bounds: [2, 2], series: [fresh({})] }, ['b'], PICTURE);
  assert.deepEqual(boundsOf(known, ['b'], PICTURE), [2, 2]);
  assert.deepEqual(boundsOf(known, ['b'], { ...PICTURE, axis: 'relative' }), [1, 1]);
  assert.equal(boundsOf(known, [], PICTURE), null);
  const from0 = merge(new Map(), { cursor: 'v1', bounds: [0, 2], series: [fresh({ extent: [0, 2], steps: Float64Array.of(0, 1, 2) })] }, ['b'], PICTURE);
  assert.deepEqual(boundsOf(from0, ['b'], { ...PICTURE, logX: true }), [1, 2]);
});

test('a question whose answer is not wanted any more is given up, and asked again by who wants it', async () => {
  const asked = [];
  const api = { async columns(_, params, abort) { asked.push(abort.aborted); abort.throwIfAborted(); return { cursor: 'v.1', bounds: null, series: [] }; } };
  const curves = createCurves(api, 'loss');
  const leaving = new AbortController();
  leaving.abort();
  await assert.rejects(curves.load(['b'], PICTURE, { of: 1, cursor: 'v.1', abort: leaving.signal }), { name: 'AbortError' });
  assert.equal(curves.known.size, 0);
  await curves.load(['b'], PICTURE, { of: 1, cursor: 'v.1', abort: new AbortController().signal });
  assert.deepEqual([asked, curves.known.size], [[true, false], 1]);
});

test('a reduced curve is asked for again for a picture that reaches beyond it', async () => {
  const api = server(3);
  api.state.version = 1000;
  const curves = createCurves(api, 'loss');
  const load = (around) => curves.load(['a'], { ...PICTURE, around }, { of: 3, cursor: 'v.2' });
  await load(null);
  await load([0, 999]);
  await load([100, 4000]);
  await load([100, 4000]);
  assert.deepEqual(api.asked.map(([, , bounds]) => bounds), [undefined, [0, 4000]]);
  assert.deepEqual(boundsOf(curves.known, ['a'], { ...PICTURE, around: [-5, 4000] }), [-5, 4000]);
  assert.deepEqual(boundsOf(curves.known, ['a'], { ...PICTURE, around: [-5, 4000], range: [1, 2] }), [1, 2]);
});
