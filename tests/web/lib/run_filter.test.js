import assert from 'node:assert/strict';
import test from 'node:test';
import { modeOf, readFilter } from '../../../web/lib/run_filter.js';

/** @type {Record<string, string[]>} */
const LOOKS = {
  text: ['resnet', 'lr=0.1', 'lr=0.1,batch=256/seed 3', 'sweep/lr3e-4_bs64', '실험 3', 'a.b', 'a-b', 'run (2', 'training and testing', 'or', 'notes', 'min_loss', 'in', ''],
  regex: ['seed 49[0-9]', '^실험 [12]?[0-9]/', 'a|b', 'lr.*seed', 'x+', 'a\\.b', 'bs(32|64)', '(a)'],
  expression: ['lr < 1e-3', 'lr<1e-3', 'lr = 0.1', 'lr == 0.1', 'bs in (32, 64)', 'bs not in (32)', 'bs in 32', 'name ~ "resnet"', 'name !~ "x"', 'not ema', 'last(loss) < 1',
    'not ema and lr < 1', 'opt != adam', 'lr >', '`a b` = 3', '학습률 < 1', '1e-4 < lr < 1e-3', 'duration > 2h or status = diverged', '(lr < 1)'],
};
for (const [mode, texts] of Object.entries(LOOKS)) {
  for (const text of texts) test(`${JSON.stringify(text)} looks like ${mode}`, () => assert.equal(modeOf(text), mode));
}

const read = (/** @type {string} */ text, /** @type {any} */ mode = null) => readFilter(text, mode, (name) => (name === 'lr' ? 'lr' : null), () => '');
const matches = (/** @type {string} */ text, /** @type {string} */ name, /** @type {any} */ mode = null) => read(text, mode).test?.(name, () => 0.1);

test('text is looked for as it is, whatever its case, and a regular expression as one', () => {
  assert.equal(matches('ResNet', 'a/resnet18'), true);
  assert.equal(matches('a.b', 'axb'), false);
  assert.equal(matches('a.b', 'axb', 'regex'), true);
  assert.equal(matches('[', 'a[0]', 'text'), true);
  assert.equal(matches('seed [12]$', 'x/Seed 2'), true);
  assert.equal(matches('lr < 1', 'any'), true);
  assert.equal(matches('lr < 1', 'lr < 1', 'text'), true);
  assert.equal(matches('  ', 'any', 'expression'), true);
});

/** Regular expression -> where it is wrong. @type {Record<string, [number, number]>} */
const WRONG = { 'a[bc': [1, 3], '(a|b': [0, 4], 'ab(c(d)': [2, 5], 'a)b': [1, 1], '*a': [0, 1], 'a**': [2, 1], 'a{2,1}': [5, 1] };
for (const [text, [at, length]] of Object.entries(WRONG)) {
  test(`the regular expression ${text} is refused where it is wrong`, () => {
    const { test: none, mistake } = read(text, 'regex');
    assert.equal(none, null);
    assert.match(mistake?.message ?? '', /not a regular expression: ./);
    assert.deepEqual([mistake?.at, mistake?.length], [at, length]);
  });
}

test('an expression says what is wrong with it, and what it looks at', () => {
  assert.equal(read('lr < 1').columns.has('lr'), true);
  assert.equal(read('lr <').mistake?.at, 4);
  assert.equal(read('lr <').test, null);
});
