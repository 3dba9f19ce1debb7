import assert from 'node:assert/strict';
import test from 'node:test';
import { beside } from '../../../web/ui/tooltip.js';

test('it stands beside the pointer, on the other side where there is no room, and never off screen', () => {
  assert.equal(beside(100, 200, 1000), 118);
  assert.equal(beside(900, 200, 1000), 682);
  for (let at = 0; at <= 1000; at += 10) {
    for (const size of [50, 400, 900, 990]) {
      const start = beside(at, size, 1000);
      assert.ok(start >= 4 && start + size <= 996, `${at} ${size} ${start}`);
    }
  }
  assert.equal(beside(500, 2000, 1000), 4);
});
