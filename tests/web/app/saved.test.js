import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSaved } from '../../../web/app/saved.js';

test('a view that was saved before becomes the default, and none again', async () => {
  const kept = { name: 'by lr', dashboard: 'scalars', values: { group: 'lr' }, default: false, saved: 1 };
  /** @type {unknown[]} */
  const sent = [];
  const api = {
    get: async (/** @type {string} */ path) => (path === 'api/views' ? { folder: '', refused: '', views: [kept] } : kept),
    send: async (/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body) => sent.push([method, path, body]),
  };
  const saved = createSaved(/** @type {any} */ (api), null);
  await saved.makeDefault('by lr', true);
  await saved.makeDefault('by lr', false);
  const view = { dashboard: 'scalars', values: { group: 'lr' } };
  assert.deepEqual(sent, [
    ['PUT', 'api/views/by%20lr', { ...view, default: true }],
    ['PUT', 'api/views/by%20lr', { ...view, default: false }],
  ]);
});
