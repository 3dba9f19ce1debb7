import assert from 'node:assert/strict';
import test from 'node:test';
import { ExpressionError, parse } from '../../../web/lib/expression.js';

const START = Date.parse('2026-03-31T18:00') / 1000;
/** @type {Record<string, any>} */
const RUN = {
  name: 'sweep/resnet18 lr3e-4', status: 'running', start: START, duration: 7200, points: 12_000, nan_step: null,
  lr: 3e-4, bs: 32, opt: 'adam', ema: true, aug: false, 'weight-decay': 0.1, 학습률: 0.01, float: Math.fround(0.1), 'two words': 5,
  'last:train/loss': 0.25, 'min:train/loss': 0.125, 'max_step:acc': 900, 'last:diverging': NaN,
};
const columnOf = (/** @type {string} */ name) => (name in RUN || name === 'missing' ? name : null);
const matches = (/** @type {string} */ text) => parse(text, columnOf).test((column) => RUN[column]);

const TRUE = [
  'lr < 1e-3', 'lr < 1e-3 and bs in (32, 64) and name ~ "resnet"', 'lr<=3e-4', 'lr >= 3e-4', '1e-3 > lr', '1e-4 < lr < 1e-3', 'lr = 0.0003', 'lr == .0003',
  'bs != 64', 'bs not in (64, 128)', 'opt = adam', 'opt = "adam"', "opt = 'adam'", 'opt in (sgd, adam)', 'opt !~ "sgd"', 'opt ~ ADAM',
  'status = running', 'not status = diverged', 'ema', 'ema = true', 'not aug', 'aug = false', 'weight-decay = 0.1', '`two words` = 5', '학습률 = 0.01',
  'duration > 1h', 'duration = 120m', 'duration < 1d', 'points > 10k', 'start > "2026-03-31"', 'start < "2026-03-31 18:01"', 'start in ("2026-03-31 18:00")',
  'float = 0.1', 'last(train/loss) < 0.3', 'last("train/loss") = 0.25', 'min(train/loss) < last(train/loss)', 'max_step(acc) = 900',
  'last(diverging) = nan', 'bs = 1 or bs = 32', 'bs = 1 and bs = 2 or lr < 1', '(bs = 1 or bs = 32) and (lr < 1)', 'NOT bs = 1 AND lr < 1', 'not missing < 1',
  'not not ema', 'bs < inf', 'bs = "32"',
];
for (const text of TRUE) test(`${text} holds`, () => assert.equal(matches(text), true));

const FALSE = [
  'lr > 1e-3', 'bs not in (32)', 'missing < 1', 'missing != 1', 'missing > 1', 'missing = 1', 'missing in (1)', 'missing not in (1)', 'missing ~ "."', 'missing',
  'nan_step = 3', 'opt < 3', 'aug', 'last(diverging) < 1', 'last(diverging) > 1', 'bs = 1 or bs = 2', 'not ema', 'bs = 1 or bs = 32 and lr > 1', '1e-3 < lr < 1',
  'opt ~ "^dam"', 'last(unknown) < 1',
];
for (const text of FALSE) test(`${text} does not hold`, () => assert.equal(matches(text), false));

/** Expression -> where it is wrong, and what is said. @type {Record<string, [number, number, RegExp]>} */
const WRONG = {
  'lr <': [4, 1, /expected a number, a text or a column, found the end/],
  'lr < 1e-3 and': [13, 1, /expected a column, a number or “\(”, found the end/],
  'lr < 1e-3 bs = 1': [10, 2, /expected “and”, “or” or the end, found “bs”/],
  '(lr < 1': [7, 1, /expected “\)”, “and” or “or”, found the end/],
  'bs in 32': [6, 2, /expected “\(”.*found “32”/],
  'bs in (32 64)': [10, 2, /expected “,” or “\)”, found “64”/],
  'bs in ()': [7, 1, /expected a value, found “\)”/],
  'bs not 3': [7, 1, /expected “in”, found “3”/],
  'larning < 1': [0, 7, /there is no column “larning”/],
  'name ~ "[a"': [7, 4, /expected a regular expression: unterminated character class/],
  'name ~ 3': [7, 1, /expected a text in quotes/],
  'name ~ "a': [7, 2, /expected a closing "/],
  'lr < 1 && bs = 2': [7, 1, /expected “and”, found “&”/],
  'lr ! 3': [3, 1, /expected “!=”/],
  'start > "yesterday"': [8, 11, /expected a date such as/],
  'last(loss < 3': [10, 1, /expected “\)” behind the tag/],
  '3': [1, 1, /expected a comparison/],
  'lr < and': [5, 3, /expected a number, a text or a column, found “and”/],
  '`nothing` < 3': [0, 9, /there is no column “nothing”/],
};
for (const [text, [at, length, message]] of Object.entries(WRONG)) {
  test(`${text} is refused where it is wrong`, () => {
    assert.throws(() => parse(text, columnOf), (error) => {
      assert.ok(error instanceof ExpressionError, String(error));
      assert.match(error.message, message);
      assert.deepEqual([error.at, error.length], [at, length]);
      return true;
    });
  });
}

test('an expression says which columns it needs', () => {
  assert.deepEqual([...parse('lr < 1 and last("train/loss") < min(acc) or opt = adam', columnOf).columns], ['lr', 'last:train/loss', 'min:acc', 'opt']);
});

test('what may be meant is told of a name that there is not', () => {
  assert.throws(() => parse('larning < 1', columnOf, (name) => `: did you mean “${name.slice(1)}”?`), /did you mean “arning”/);
});
