import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { heard, sentences } from '../../../web/lib/words.js';

const golden = JSON.parse(readFileSync(new URL('../../golden/words.json', import.meta.url), 'utf8'));

test('in English the page says what the server and the terminal say', () => {
  assert.ok(golden.length > 5);
  assert.deepEqual(golden.map((/** @type {any} */ { trend }) => sentences(trend)), golden.map((/** @type {any} */ { text }) => text));
});

test('numbers have four digits', () => {
  assert.deepEqual([0, 1, 0.0044996, 1234.5, 1235.5, 12345678, -0.00001234, 'NaN', 'Infinity', '-Infinity'].map(heard),
    ['0', '1', '0.0045', '1234', '1236', '1.235e+07', '-1.234e-05', 'NaN', 'infinity', '-infinity']);
});
