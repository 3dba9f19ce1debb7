import assert from 'node:assert/strict';
import { test } from 'node:test';
import { found } from '../../../web/app/palette.js';

const items = ['Smooth more', 'Smooth less', 'Select all runs', 'train/loss', 'runs/resnet'].map((name) => ({ name }));
const names = (/** @type {string} */ text) => found(items, text).map(({ name }) => name);

test('without a text everything is listed, in its order', () => {
  assert.deepEqual(names(' '), items.map(({ name }) => name));
});

test('words and letters find names, the most literal first', () => {
  assert.deepEqual(names('smoo le'), ['Smooth less']);
  assert.deepEqual(names('loss'), ['train/loss']);
  assert.equal(names('runs')[0], 'runs/resnet');
  assert.deepEqual(names('trlo'), ['train/loss']);
  assert.deepEqual(names('zebra'), []);
});
