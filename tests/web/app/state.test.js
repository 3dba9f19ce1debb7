import assert from 'node:assert/strict';
import test from 'node:test';
import { withParams } from '../../../web/app/api.js';
import { formatHash, parseHash } from '../../../web/app/state.js';

test('a hash is read and written', () => {
  const { dashboard, values } = parseHash('#scalars?smoothing=0.6&tags=%5Eloss%3F');
  assert.equal(dashboard, 'scalars');
  assert.equal(values.get('tags'), '^loss?');
  assert.equal(formatHash(dashboard, values), '#scalars?smoothing=0.6&tags=%5Eloss%3F');
  assert.equal(parseHash('').dashboard, '');
  assert.equal(parseHash('#graphs').dashboard, 'graphs');
});

test('parameters repeat, and missing ones are left out', () => {
  assert.equal(withParams('api/x', { run: ['a b', '가'], since: undefined, n: 3 }), 'api/x?run=a+b&run=%EA%B0%80&n=3');
  assert.equal(withParams('api/x', {}), 'api/x');
});
