import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeyReader, keyOf, shownKeys } from '../../../web/lib/keys.js';

/** @param {string} key @param {object} [held] */
const press = (key, held = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, ...held });

test('a key is written as commands write it; AltGr makes it another key', () => {
  assert.equal(keyOf(press('k', { ctrlKey: true })), 'Mod+K');
  assert.equal(keyOf(press('k', { metaKey: true })), 'Mod+K');
  assert.equal(keyOf(press('[', { ctrlKey: true, altKey: true })), '[');
  assert.equal(keyOf(press('x', { altKey: true })), '');
  assert.equal(keyOf(press('?')), '?');
});

test('a sequence is its keys one after the other; another key between them breaks it', () => {
  const sequences = ['g s', 'g g', '?', 'Mod+K'];
  const all = (/** @type {string} */ keys) => {
    const read = createKeyReader();
    return [...keys].map((key) => read(press(key), sequences));
  };
  assert.deepEqual(all('gs'), [null, 'g s']);
  assert.deepEqual(all('gg'), [null, 'g g']);
  assert.deepEqual(all('gxs?'), [null, null, null, '?']);
  assert.deepEqual(all('ggs'), [null, 'g g', null]);
});

test('keys are shown as they are on the keyboard', () => {
  assert.deepEqual(shownKeys('g s', false), ['g', 's']);
  assert.deepEqual([shownKeys('Mod+K', false), shownKeys('Mod+K', true)], [['Ctrl K'], ['⌘K']]);
});
