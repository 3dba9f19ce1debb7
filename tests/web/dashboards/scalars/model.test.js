// The model, fed with the answers that the server's tests hold the server to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { describe, groupTags, leftOut, lines, merge, readSettings, xColumn } from '../../../../web/dashboards/scalars/model.js';

const answer = (name) => JSON.parse(readFileSync(new URL(`../../../golden/answers/${name}.json`, import.meta.url), 'utf8'));
const SERIES = answer('scalars_series');
const style = () => ({ color: 'red', dash: [] });
const usual = { smoothing: 0, axis: 'step', log: false };

test('tags are grouped by the first part of their name', () => {
  const tags = ['loss', 'train/loss', 'train/acc', 'val/loss'].map((tag) => ({ tag, display_name: '', description: '', runs: [] }));
  const groups = groupTags(tags, /loss/);
  assert.deepEqual(groups.map(({ name, tags: members }) => [name, members.map(({ tag }) => tag)]),
    [['', ['loss']], ['train', ['train/loss']], ['val', ['val/loss']]]);
});

test('the server\'s tags are cards', () => {
  const groups = groupTags(answer('scalars_tags').tags, new RegExp(''));
  assert.ok(groups.some(({ tags }) => tags.some(({ tag, runs }) => tag === 'loss' && runs.length === 2)));
});

test('an answer becomes lines in the order of the shown runs', () => {
  const known = merge(new Map(), SERIES);
  const drawn = lines(known, ['가/첫 실행', 'b', 'unknown'], usual, style);
  assert.deepEqual(drawn.map(({ id }) => id), ['가/첫 실행', 'b']);
  assert.deepEqual([...drawn[1].raw], [1, 0.1]);
  assert.ok(Number.isNaN(drawn[0].raw[2]));
  assert.equal(drawn[0].raw[4], -Infinity);
  assert.equal(drawn[0].y, drawn[0].raw);
});

test('what comes later is appended, or replaces', () => {
  const known = merge(new Map(), SERIES);
  const more = { series: [{ run: 'b', append: true, steps: [2], wall_times: [5], values: [7] }] };
  assert.deepEqual([...merge(known, more).get('b').values], [1, 0.1, 7]);
  more.series[0].append = false;
  assert.deepEqual([...merge(known, more).get('b').values], [7]);
  assert.equal(known.get('b').values.length, 2);
});

test('relative time begins with the first point', () => {
  const columns = merge(new Map(), SERIES).get('b');
  assert.deepEqual([...xColumn(columns, 'relative')], [0, 1]);
  assert.deepEqual([...xColumn(columns, 'wall')], [1700000000, 1700000001]);
});

test('what cannot be drawn is counted', () => {
  const drawn = lines(merge(new Map(), SERIES), ['가/첫 실행'], usual, style);
  assert.deepEqual(leftOut(drawn, false), { nonFinite: 3, notPositive: 0 });
  drawn[0].raw = Float64Array.of(0, -1, 2);
  assert.deepEqual(leftOut(drawn, true), { nonFinite: 0, notPositive: 2 });
});

test('a card says its tag, runs and last values', () => {
  const drawn = lines(merge(new Map(), SERIES), ['b'], usual, style);
  assert.equal(describe('loss', drawn), 'loss: b ends at 0.1 (step 1, 2 points); values from 0.1 to 1');
  assert.equal(describe('loss', []), 'loss: no run is shown');
});

test('settings of a wrong URL are the usual ones', () => {
  const read = (values) => readSettings((key) => values[key] ?? null);
  assert.deepEqual(read({ smoothing: 'much', axis: 'sideways', y: '?' }), usual);
  assert.deepEqual(read({ smoothing: '0.9', axis: 'wall', y: 'log' }), { smoothing: 0.9, axis: 'wall', log: true });
});
