import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { cellOf, differingParams, nextSort, orderOf, readCompare, statOf, tagsOf } from '../../../../web/dashboards/scalars/compare_model.js';

const answer = JSON.parse(readFileSync(new URL('../../../golden/answers/scalars_compare.json', import.meta.url), 'utf8'));
/** @param {Record<string, string>} values */
const url = (values) => (/** @type {string} */ key) => values[key] ?? null;

test('the link says what is compared, and nothing is while it says nothing', () => {
  assert.equal(readCompare(url({})), null);
  assert.equal(readCompare(url({ compare: 'sideways' })), null);
  const found = readCompare(url({ compare: 'at', compare_at: '30', baseline: 'group:a', compare_tags: '["loss"]', compare_sort: '-loss' }));
  assert.deepEqual(found, { stat: 'at', step: 30, baseline: 'group:a', tags: ['loss'], sort: '-loss' });
  assert.equal(readCompare(url({ compare: 'final', compare_at: '30' }))?.step, null);
  assert.deepEqual([{}, { compare_tags: '[]' }].map((tags) => readCompare(url({ compare: 'final', ...tags }))?.tags), [null, []]);
});

test('the best of a tag is its highest or its lowest, by its name', () => {
  assert.deepEqual(['val/acc', 'loss', '정확도'].map((tag) => statOf('best', tag)), ['max', 'min', 'max']);
  assert.equal(statOf('final', 'val/acc'), 'final');
});

test('the first tags are compared until others are chosen', () => {
  const choice = (/** @type {string[] | null} */ tags) => /** @type {any} */ ({ tags });
  assert.deepEqual(tagsOf(choice(null), ['a', 'b', 'c']), ['a', 'b']);
  assert.deepEqual(tagsOf(choice([]), ['a', 'b', 'c']), []); // the last one was taken away
  assert.deepEqual(tagsOf(choice(['gone']), ['a', 'b', 'c']), ['a', 'b']);
  assert.deepEqual(tagsOf(choice(['c', 'gone']), ['a', 'b', 'c']), ['c']);
});

test('the answer of the server is told: no interval of one run', () => {
  const [columns] = answer.tags;
  const base = cellOf(columns, 0);
  const other = cellOf(columns, 1);
  assert.deepEqual([base.mean, base.interval, base.n, base.difference, base.steps], ['0.1', '', '1', '', '1']);
  assert.deepEqual([other.mean, other.difference, other.beside, other.sure], ['2.5', '+2.4', '', false]);
});

const columns = /** @type {any} */ ({
  tag: 'loss', mean: [0.5, null, 0.25], low: [0.4, null, 0.2], high: [0.6, null, 0.3], n: [5, 0, 4], left_out: [0, 2, 1], first_step: [10, null, 5], last_step: [20, null, 5],
  difference: [null, null, -0.25], difference_low: [null, null, -0.4], difference_high: [null, null, -0.1], freedom: [null, null, 6],
});

test('a mean has its interval, n, what is left out, and a difference that is sure or not', () => {
  const [first, second, third] = [0, 1, 2].map((row) => cellOf(columns, row));
  assert.deepEqual([first.mean, first.interval, first.n, first.missing, first.steps], ['0.5', '0.4 … 0.6', '5', 0, '10–20']);
  assert.deepEqual([second.mean, second.n, second.missing], ['–', '0/2', 2]);
  assert.deepEqual([third.n, third.beside, third.sure, third.freedom], ['4/5', '−0.4 … −0.1', true, 6]);
});

test('rows are sorted by a tag, those without a value last', () => {
  assert.deepEqual(orderOf([columns], 3, ''), [0, 1, 2]);
  assert.deepEqual(orderOf([columns], 3, 'loss'), [2, 0, 1]);
  assert.deepEqual(orderOf([columns], 3, '-loss'), [0, 2, 1]);
  assert.deepEqual(['', 'loss', '-loss'].map((sort) => nextSort(sort, 'loss')), ['loss', '-loss', '']);
});

test('of two runs the hyper-parameters that differ are told', () => {
  const a = new Map(/** @type {[string, any][]} */ ([['lr', 0.1], ['opt', 'adam'], ['nan', NaN]]));
  const b = new Map(/** @type {[string, any][]} */ ([['lr', 0.01], ['opt', 'adam'], ['nan', NaN], ['seed', 2]]));
  assert.deepEqual(differingParams(['lr', 'opt', 'seed', 'nan', 'other'], (run, name) => run.get(name), a, b),
    { differ: [{ name: 'lr', values: [0.1, 0.01] }, { name: 'seed', values: [null, 2] }], same: 2 });
});
