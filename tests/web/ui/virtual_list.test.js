import assert from 'node:assert/strict';
import test from 'node:test';

import { windowOf } from '../../../web/ui/virtual_list.js';

test('the rows in the window exist, with some beyond each edge', () => {
  assert.deepEqual(windowOf(0, 260, 26, 500), { from: 0, to: 22 });
  assert.deepEqual(windowOf(2600, 260, 26, 500), { from: 88, to: 122 });
});

test('at the ends and for short lists nothing beyond the list exists', () => {
  assert.deepEqual(windowOf(500 * 26 - 260, 260, 26, 500), { from: 478, to: 500 });
  assert.deepEqual(windowOf(0, 260, 26, 3), { from: 0, to: 3 });
  assert.deepEqual(windowOf(9999, 260, 26, 0), { from: 0, to: 0 });
});
