import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { FIXED } from '../../../web/lib/column_keys.js';
import { STATS, parse } from '../../../web/lib/expression.js';
import { modeOf } from '../../../web/lib/run_filter.js';

const MANUAL = readFileSync(new URL('../../../docs/run-filter.md', import.meta.url), 'utf8');
const EXAMPLES = (/```text\n([^]*?)```/.exec(MANUAL)?.[1] ?? '').trim().split('\n');
const NAMES = ['lr', 'bs', 'opt', 'ema', 'model', 'learning rate'];

test('every example of the manual is an expression that can be read', () => {
  assert.ok(EXAMPLES.length > 5);
  for (const example of EXAMPLES) {
    assert.equal(modeOf(example), 'expression', example);
    parse(example, (name) => (FIXED.includes(name) || NAMES.includes(name) ? name : null));
  }
});

test('the manual names every column and function', () => {
  for (const name of [...FIXED, ...STATS.map((stat) => `${stat}(tag)`)]) assert.ok(MANUAL.includes(`\`${name}\``), name);
});
