import assert from 'node:assert/strict';
import test from 'node:test';

import { lanes } from '../../../../web/dashboards/graphs/timeline.js';

test('each thread has a row, and more where its spans overlap', () => {
  const spans = { start_us: [0, 2, 12, 0, 5], duration_us: [10, 3, 1, 4, 4] };
  const { rows, row } = lanes(['b', 'b', 'b', 'a', 'b'], spans);
  assert.deepEqual(rows, ['a', 'b', '']);
  assert.deepEqual(row, [1, 2, 1, 0, 2]);
});

test('no span, no row', () => {
  assert.deepEqual(lanes([], { start_us: [], duration_us: [] }), { rows: [], row: [] });
});
