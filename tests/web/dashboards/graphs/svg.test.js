import assert from 'node:assert/strict';
import test from 'node:test';

import { frameOf } from '../../../../web/dashboards/graphs/svg.js';

const label = (/** @type {number} */ x, /** @type {string} */ text) => /** @type {any} */ ({ type: 'text', x, y: 5, text, size: 12, weight: 400, fill: 'text', align: 'left', halo: null, alpha: 1 });

test('a file shows all of the picture, and labels that stick out of it', () => {
  const size = { width: 200, height: 100 };
  assert.deepEqual(frameOf([label(20, 'in it')], size), { x: -20, y: -20, width: 240, height: 140 });
  const { x, width } = frameOf([label(-30, '3×3'), label(190, '167 tensors')], size);
  assert.equal(x, -50);
  assert.ok(x + width >= 190 + 11 * 6.5 + 20);
});
