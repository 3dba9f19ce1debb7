import assert from 'node:assert/strict';
import test from 'node:test';
import { arranged } from '../../../../web/dashboards/scalars/cards.js';
import { placed, tagsOfMargins, withMargins } from '../../../../web/dashboards/scalars/margins.js';
import { looksIn } from '../../../../web/dashboards/scalars/model.js';

const tagOf = (tag) => ({ tag, display_name: '', description: '', runs: ['a', 'b'] });
const TAGS = ['mean', 'low', 'high', 'acc'].map(tagOf);
const MARGINS = [{ value: 'mean', lower: 'low', upper: 'high' }];
const line = (id, x, y) => ({ id, key: id, x: Float64Array.from(x), y: Float64Array.from(y) });
const choice = (more = {}) => ({ text: '', regex: false, pins: [], wide: [], own: [], withEmpty: false, folds: { all: '', open: new Set(), folded: new Set() }, ...more });

test('a line is placed at other x in proportion, and nowhere beyond its ends', () => {
  assert.deepEqual([...placed([0, 10], [0, 1], [-1, 0, 5, 10, 11])], [NaN, 0, 0.5, 1, NaN]);
  assert.deepEqual([...placed([], [], [1])], [NaN]);
});

test('a margin is a line for each run, with the band between two other tags of it', () => {
  const found = [[line('a', [0, 1], [5, 6]), line('b', [0, 2], [7, 8])], [line('a', [0, 1], [4, 5])], [line('a', [0, 2], [6, 8])], [line('a', [0], [1])]];
  const [a, b, ...rest] = withMargins(found, TAGS, MARGINS);
  assert.deepEqual([...a.band.low, ...a.band.high], [4, 5, 6, 7]);
  assert.deepEqual([a.id, b.id, b.band, rest.length], ['a', 'b', undefined, 0]);
  assert.equal(withMargins(found, TAGS, null).length, 5);
});

test('the tags of a margin have one look, since borders are no lines', () => {
  assert.deepEqual(tagsOfMargins(MARGINS, new Map(TAGS.map((tag) => [tag.tag, tag]))).map(({ tag }) => tag), ['mean', 'low', 'high']);
  assert.deepEqual(looksIn({ tags: TAGS.slice(0, 3), margins: MARGINS }), [null, null, null]);
  assert.equal(looksIn({ tags: TAGS, margins: null })[3].tag, 'acc');
});

test('what the log asks for stands before the tags, folds, and is found', () => {
  const layout = [{ title: 'k', closed: false, charts: [{ title: 'band', kind: 'margin', margins: MARGINS }, { title: 'none', kind: 'multiline', tags: ['gone'] }] },
    { title: 'shut', closed: true, charts: [{ title: 'both', kind: 'multiline', tags: ['acc', 'mean'] }] }];
  const names = (more) => arranged(TAGS, choice(more), () => true, layout).items.map((item) => item.title ?? item.name);
  assert.deepEqual(names().slice(0, 4), ['k', 'band', 'shut', 'Other']);
  assert.deepEqual(names({ folds: { all: '', open: new Set(['layout shut']), folded: new Set(['layout k']) } }).slice(0, 3), ['k', 'shut', 'both']);
  assert.deepEqual(names({ pins: ['chart k/band'] }).slice(0, 3), ['Pinned', 'band', 'shut']);
  assert.deepEqual(names({ text: 'both' }), ['shut', 'both']);
});
