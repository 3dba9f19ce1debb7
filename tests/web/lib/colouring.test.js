import assert from 'node:assert/strict';
import test from 'node:test';
import { colouringOf } from '../../../web/lib/colouring.js';
import { NO_VALUE, PALETTE, scaleColour } from '../../../web/lib/colours.js';
import { labelsOf } from '../../../web/lib/run_labels.js';

/** @param {Record<string, any>} values */
const coloured = (values) => colouringOf(Object.keys(values), (id) => values[id], 'light');

test('numbers get the scale in their order, however far apart they are', () => {
  const { ordered, of, entries } = coloured({ a: 1e-1, b: 1e-5, c: 1e-4 });
  assert.equal(ordered, true);
  assert.deepEqual(['b', 'c', 'a'].map((id) => of(id).color), [0, 0.5, 1].map((place) => scaleColour(place, 'light')));
  assert.deepEqual(entries.map(({ label }) => label), ['1e−5', '0.0001', '0.1']);
});

test('texts get colours of the palette, in the order of their names', () => {
  const { ordered, of } = coloured({ a: 'sgd', b: 'adam', c: 'sgd' });
  assert.equal(ordered, false);
  assert.equal(of('b').color, PALETTE.light[0]);
  assert.equal(of('a').color, PALETTE.light[1]);
});

test('runs of one value differ in their dashes', () => {
  const { of } = coloured({ a: 1, b: 1, c: 2 });
  assert.equal(of('a').color, of('b').color);
  assert.notDeepEqual(of('a').dash, of('b').dash);
});

test('runs without the value are grey and told last', () => {
  const { entries, of } = coloured({ a: null, b: 1, c: undefined, d: 2 });
  assert.equal(of('a').color, NO_VALUE.light);
  assert.deepEqual(entries.map(({ label, count }) => [label, count]), [['1', 1], ['2', 1], ['none', 2]]);
});

test('short names leave out the folders that all runs lie in', () => {
  assert.deepEqual(['s/a/x', 's/a/y', 's/b'].map(labelsOf(['s/a/x', 's/a/y', 's/b'])), ['a/x', 'a/y', 'b']);
  assert.deepEqual(['s/a', 't'].map(labelsOf(['s/a', 't'])), ['s/a', 't']);
  assert.equal(labelsOf(['s/a'])('s/a'), 's/a');
  assert.equal(labelsOf(['.', 'a'])('.'), 'log directory');
});
