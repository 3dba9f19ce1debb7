// The model, fed with the answers that the server's tests hold the server to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { merge } from '../../../../web/dashboards/scalars/curves.js';
import { baseOf, describe, firstNotFinite, hidden, isAlive, leftOut, lines, looksOf, pointsOf, restarts, stepText } from '../../../../web/dashboards/scalars/model.js';
import { freshness, pointsNote } from '../../../../web/dashboards/scalars/notes.js';
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

test('a run that started again is marked where its later part begins', () => {
  const found = restarts(lines(known(), RUNS, usual, style));
  assert.deepEqual(found.map(({ x }) => x), [2]);
  assert.match(found[0].text, /^restarted: it was started again \(.*\) at step 2$/);
});

test('a card says how many points it draws from, and that none is missed', () => {
  const drawn = lines(known(), ['b', '가/첫 실행'], usual, style);
  assert.deepEqual(pointsOf(drawn, null), { total: 8, inView: 8, reduced: false });
  assert.deepEqual(pointsOf(drawn, [0.5, 1.5]), { total: 8, inView: 2, reduced: false });
  const reduced = [{ ...drawn[0], curve: { ...drawn[0].curve, total: 1e7, within: 5e6 } }];
  assert.deepEqual(pointsOf(reduced, null), { total: 1e7, inView: 1e7, reduced: true });
  assert.deepEqual(pointsOf(reduced, [0, 1]), { total: 1e7, inView: 5e6, reduced: true });
  assert.equal(pointsNote(pointsOf(drawn, null), false, true).text, '8 points, all drawn');
  assert.equal(pointsNote(pointsOf(reduced, [0, 1]), true, true).text, '5,000,000 of 10,000,000 points, exact');
  assert.match(pointsNote(pointsOf(reduced, null), false, true).title, /No pixel differs/);
  assert.equal(pointsNote(pointsOf(reduced, null), false, false).text, '10,000,000 points …');
});

test('the first value that is not finite is found', () => {
  const first = firstNotFinite(lines(known(), RUNS, usual, style));
  assert.deepEqual([first?.x, first?.line.id, first?.i], [2, '가/첫 실행', 2]);
  assert.equal(firstNotFinite(lines(known(), ['b'], usual, style)), null);
});

test('a run is alive as long as its last points let expect', () => {
  const at = (walls, now) => isAlive({ walls: Float64Array.from(walls) }, now);
  assert.ok(at([100], 119) && !at([100], 121));
  assert.ok(at([0, 60, 120], 400) && !at([0, 60, 120], 421));
  assert.ok(!at([0, 1e6], 1e6 + 3601));
  assert.ok(!at([1e12], 100));
  const drawn = lines(known(), ['b'], usual, style, null, { now: known().get('b').curves[0].walls[1] + 5 });
  assert.ok(drawn[0].alive);
  const { text, alive } = freshness(drawn, drawn[0].curve.walls[1] + 5);
  assert.deepEqual([text, alive], ['5 s ago', true]);
  assert.match(freshness(lines(known(), ['b'], usual, style), 2e9).text, /^newest: 20\d\d-/);
});

test('steps beyond 2^53 are told apart and told exactly', () => {
  const start = 2n ** 60n;
  const exact = BigInt64Array.from([0n, 1n, 3n], (i) => start + i);
  const one = { ...SERIES.series.find(({ run }) => run === 'b'), steps: Float64Array.from(exact, Number), exact, wall_times: Float64Array.of(1, 2, 3), values: Float64Array.of(1, 2, 3), total: 3 };
  const parts = [{ known: merge(new Map(), { ...SERIES, series: [one] }, ['b'], picture), runs: ['b'] }];
  assert.equal(baseOf(parts, usual), start);
  assert.equal(baseOf(parts, { ...usual, axis: 'wall' }), 0n);
  const [line] = lines(parts[0].known, ['b'], usual, style, null, { base: start });
  assert.deepEqual([...line.x], [0, 1, 3]);
  assert.equal(stepText(line.curve, 2), '1,152,921,504,606,846,979');
  assert.equal(baseOf([{ known: known(), runs: ['b'] }], usual), 0n);
});

test('settings of the charts are read from the link', () => {
  const read = (values) => readSettings((key) => values[key] ?? null);
  assert.deepEqual(read({ axis: 'tag' }), usual);
  assert.deepEqual(read({ axis: 'tag', over: 'tokens', ymin: '-1', ymax: 'x', outliers: 'aside', marks: 'extremes', restarts: 'hidden', names: 'hidden', zoom: 'linked', order: 'value', x: 'log' }),
    { ...usual, axis: 'tag', over: 'tokens', limits: [-1, null], aside: true, extremes: true, boundaries: false, names: false, linked: true, order: 'value', logX: true });
});
