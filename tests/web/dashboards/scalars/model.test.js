// The model, fed with the answers that the server's tests hold the server to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { merge } from '../../../../web/dashboards/scalars/curves.js';
import { describe, hidden, leftOut, lines, looksOf } from '../../../../web/dashboards/scalars/model.js';
import { readSettings } from '../../../../web/dashboards/scalars/settings.js';
import { fromJson } from '../../from_json.js';
import { smooth } from '../../../../web/lib/smooth.js';

const answer = (name) => JSON.parse(readFileSync(new URL(`../../../golden/answers/${name}.json`, import.meta.url), 'utf8'));
const SERIES = fromJson(answer('scalars_series'));
const style = () => ({ color: 'red', dash: [] });
const usual = readSettings(() => null);
const RUNS = ['b', '가/첫 실행', 'restarted'];
const picture = { ...usual, range: null, pixels: 100 };
const known = (told = SERIES) => merge(new Map(), told, RUNS, picture);

test('the lines of a card with several tags name the tag and have its dash', () => {
  const tags = ['loss', 'acc'].map((tag) => ({ tag, display_name: tag === 'acc' ? 'accuracy' : '', description: '', runs: [] }));
  assert.deepEqual(looksOf(tags.slice(0, 1)), [null]);
  const looks = looksOf(tags);
  assert.deepEqual(looks.map(({ tag }) => tag), ['loss', 'accuracy']);
  assert.notDeepEqual(looks[0].dash, looks[1].dash);
  const [line] = lines(known(), ['b'], usual, style, looks[1]);
  assert.deepEqual([line.id, line.name, line.key, line.dash], ['b', 'accuracy · b', 'accuracy b', looks[1].dash]);
});

test('an answer becomes lines in the order of the shown runs', () => {
  const drawn = lines(known(), ['가/첫 실행', 'b', 'unknown'], usual, style);
  assert.deepEqual(drawn.map(({ id }) => id), ['가/첫 실행', 'b']);
  assert.deepEqual([...drawn[1].raw], [1, 0.1]);
  assert.ok(Number.isNaN(drawn[0].raw[2]));
  assert.equal(drawn[0].raw[4], -Infinity);
  assert.equal(drawn[0].y, drawn[0].raw);
});

test('a run that started again shows what counts, and on demand what was purged', () => {
  const runs = ['restarted'];
  assert.deepEqual(lines(known(), runs, usual, style).map(({ name, raw }) => [name, [...raw]]),
    [['restarted · part 1 of 2', [0, 1]], ['restarted · part 2 of 2', [2.5, 3.5]]]);
  assert.deepEqual(hidden(known(), runs, usual), { purged: 2, covered: 0 });
  const all = { ...usual, purged: true };
  const told = { ...SERIES, series: SERIES.series.map((one) => (one.purged ? { ...one, steps: Float64Array.of(2, 3), wall_times: Float64Array.of(2, 3), values: Float64Array.of(2, 3) } : one)) };
  assert.deepEqual(lines(known(told), runs, all, style).map(({ name, raw }) => [name, [...raw]]),
    [['restarted · part 1 of 3', [0, 1]], ['restarted · purged', [2, 3]], ['restarted · part 3 of 3', [2.5, 3.5]]]);
  assert.deepEqual(hidden(known(told), runs, all), { purged: 0, covered: 0 });
});

test('a reduced curve shows the server\'s smoothing, a whole one and one that waits their own', () => {
  const [one] = SERIES.series.filter(({ run }) => run === 'b');
  const at = (about) => lines(merge(new Map(), { ...SERIES, series: [{ ...one, ...about }] }, ['b'], { ...picture, smoothing: 0.5 }), ['b'], { ...usual, smoothing: about.now ?? 0.5 }, style)[0].y;
  const exact = Float64Array.of(1, 0.25);
  assert.deepEqual([...at({ total: 9, smoothed: exact })], [...exact]);
  assert.deepEqual([...at({ smoothed: exact })], [...smooth(one.values, 0.5)]);
  assert.deepEqual([...at({ total: 9, smoothed: exact, now: 0.9 })], [...smooth(one.values, 0.9)]);
});

test('what cannot be drawn is counted', () => {
  const drawn = lines(known(), ['가/첫 실행'], usual, style);
  assert.deepEqual(leftOut(drawn, false), { nonFinite: 3, notPositive: 0, offAxis: 0 });
  drawn[0].curve = { ...drawn[0].curve, notFinite: 0, notPositive: 2 };
  assert.deepEqual(leftOut(drawn, true), { nonFinite: 0, notPositive: 2, offAxis: 0 });
});

test('a card says its tag, runs and last values', () => {
  const drawn = lines(known(), ['b'], usual, style);
  assert.equal(describe('loss', drawn), 'loss: b ends at 0.1 (step 1, 2 points); values from 0.1 to 1');
  assert.equal(describe('loss', []), 'loss: no run is shown');
});

test('settings of a wrong URL are the usual ones', () => {
  const read = (values) => readSettings((key) => values[key] ?? null);
  assert.deepEqual(read({ smoothing: 'much', axis: 'sideways', y: '?' }), usual);
  assert.deepEqual(read({ smoothing: '0.9', smoother: 'symmetric', axis: 'wall', y: 'log', parts: 'newest', purged: 'shown' }),
    { ...usual, smoothing: 0.9, smoother: 'symmetric', axis: 'wall', log: true, newest: true, purged: true });
  assert.deepEqual(read({ x: 'log' }), { ...usual, logX: true });
});
