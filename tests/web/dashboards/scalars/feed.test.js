import assert from 'node:assert/strict';
import test from 'node:test';
import { createFeed } from '../../../../web/dashboards/scalars/feed.js';

const api = { async columns() { return { cursor: 'v.1', bounds: null, series: [{ run: 'a', segment: 'f', part: 0, purged: false, append: false, total: 2, covered: 0, not_finite: 0, not_positive: 0, origin: 0, extent: [0, 1], steps: Float64Array.of(0, 1), wall_times: Float64Array.of(0, 1), values: Float32Array.of(0, 1) }] }; } };
const PICTURE = { axis: 'step', over: '', log: false, logX: false, smoothing: 0, smoother: 'ema', newest: false, purged: false, range: null, pixels: 100 };

test('a card of its own has curves of its own, and each asks for the same tag', () => {
  const feed = createFeed(api, () => true);
  assert.equal(feed.of('loss'), feed.of('loss'));
  assert.notEqual(feed.of('loss'), feed.of('loss', 'own x'));
  assert.equal(feed.of('loss', 'own x'), feed.of('loss', 'own x'));
});

test('what is too much and not near is forgotten, also of cards of their own', async () => {
  const feed = createFeed(api, () => true, 0);
  for (const curves of [feed.of('loss'), feed.of('loss', 'own x'), feed.of('acc')]) await curves.load(['a'], PICTURE, { of: 1, cursor: 'v.1' });
  feed.trim(new Set(['loss']));
  assert.equal(feed.size, 2);
  feed.trim(new Set());
  assert.equal(feed.size, 0);
});
