import assert from 'node:assert/strict';
import test from 'node:test';
import { cellText, columnOf, columnsIn, fitting, nextSort, sortIn, usualColumns } from '../../../web/ui/run_columns.js';
import { isUpward, statOf, tagOf } from '../../../web/lib/column_keys.js';

test('a column is called by what it tells', () => {
  assert.equal(columnOf('param:lr').title, 'lr');
  assert.equal(columnOf('best_min:train/loss').title, 'train/loss · best (min)');
  assert.equal(columnOf('last:a:b').title, 'a:b · last');
  assert.equal(columnOf('duration').title, 'Duration');
});

test('values are written for people, and nothing is nothing', () => {
  assert.equal(cellText(columnOf('duration'), 7500), '2 h 5 m');
  assert.equal(cellText(columnOf('duration'), 0), '0 s');
  assert.equal(cellText(columnOf('points'), 12345), '12,345');
  assert.equal(cellText(columnOf('param:lr'), 0.0003), '0.0003');
  assert.equal(cellText(columnOf('param:ema'), false), 'false');
  assert.equal(cellText(columnOf('last:loss'), NaN), 'NaN');
  assert.equal(cellText(columnOf('last:loss'), null), '');
});

test('beside the charts stand as many columns as there is room for', () => {
  const columns = ['param:lr', 'param:bs', 'last:loss'].map(columnOf);
  assert.deepEqual(fitting(columns, 200, 132).map(({ key }) => key), ['param:lr']);
  assert.deepEqual(fitting(columns, 132, 132), []);
  assert.equal(fitting(columns, 900, 132).length, 3);
});

test('a wide table begins with what the runs differ in', () => {
  assert.deepEqual(usualColumns([{ name: 'lr', values: 3 }, { name: 'bs', values: 1 }]), ['param:lr', 'status', 'start', 'duration', 'points']);
});

test('the URL keeps columns and order, and a cut link neither', () => {
  assert.deepEqual(columnsIn('["param:lr","status","nonsense"]'), ['param:lr', 'status']);
  assert.equal(columnsIn('["par'), null);
  assert.equal(columnsIn(null), null);
  assert.deepEqual(sortIn('-last:loss'), { key: 'last:loss', descending: true });
  assert.deepEqual(['a', '-a', null].map((text) => nextSort(text, 'a')), ['-a', null, 'a']);
});

test('the best of a loss is the lowest, of an accuracy the highest', () => {
  assert.deepEqual(['train/loss', 'val/acc', 'reward', 'val/accuracy_loss', 'grad_norm'].map(isUpward), [false, true, true, false, false]);
  assert.deepEqual([statOf('best', 'loss'), statOf('best', 'acc'), statOf('best_max', 'loss'), statOf('last', 'loss')], ['min', 'max', 'max', 'last']);
  assert.deepEqual(['param:lr', 'status', 'last:loss'].map(tagOf), [null, null, 'loss']);
});
