import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parts, say } from '../../../web/lib/say.js';

test('a number chooses the form and is written with its thousands', () => {
  assert.deepEqual([0, 1, 2, 12345].map((n) => say('count.run', { n })), ['0 runs', '1 run', '2 runs', '12,345 runs']);
});

test('values stand in their places, braces in them are left as they are', () => {
  assert.equal(say('shell.unknown', { id: '{id}' }), 'There is no dashboard “{id}”');
});

test('pieces keep what is no text', () => {
  const node = /** @type {any} */ ({ is: 'an element' });
  assert.deepEqual(parts('shell.unknown', { id: node }), ['There is no dashboard “', node, '”']);
});
