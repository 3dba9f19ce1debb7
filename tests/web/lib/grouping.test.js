import assert from 'node:assert/strict';
import test from 'node:test';

import { cellOf, factorsOf, groupingIn, groupsOf, PREFIX, repeatsOf, suggestionOf, titleOf, WORDS, writtenGrouping } from '../../../web/lib/grouping.js';
import { paramsOf, wordsOf } from '../../../web/lib/run_names.js';

/** @param {string[]} names */
const runsOf = (names) => names.map((name) => ({ id: name, name }));
/** @param {{ name: string }} run @param {string} name */
const inName = (run, name) => paramsOf(run.name).get(name) ?? null;
/** @param {{ id: string, name: string }[]} runs */
const factors = (runs) => factorsOf(runs, [...new Set(runs.flatMap(({ name }) => [...paramsOf(name).keys()]))], inName);

/** @param {string[]} list @param {any} grouping */
function grouped(list, grouping) {
  const runs = runsOf(list);
  return groupsOf(runs, grouping, factors(runs), inName);
}

const SWEEP = [1, 2, 3].flatMap((seed) => [0.1, 0.01].flatMap((lr) => [32, 64].map((bs) => `lr=${lr}_bs=${bs}_seed=${seed}`)));

test('all but the seed is found by its name, and makes a group of each setting', () => {
  const runs = runsOf(SWEEP);
  assert.deepEqual(suggestionOf(runs, factors(runs), inName), { but: ['seed'] });
  const groups = grouped(SWEEP, { but: ['seed'] });
  assert.deepEqual(groups.map(({ label, ids }) => [label, ids.length]), [['lr 0.1 · bs 32', 3], ['lr 0.1 · bs 64', 3], ['lr 0.01 · bs 32', 3], ['lr 0.01 · bs 64', 3]]);
  assert.deepEqual(groups.map(({ differs }) => differs), [[], [], [], []]);
  assert.deepEqual(groups.map(({ number }) => number), [0, 1, 2, 3]);
  assert.ok(groups.every(({ id }) => id.startsWith(PREFIX)));
});

test('names that repeat are known, others are not', () => {
  const named = (/** @type {string} */ name) => repeatsOf([{ name, values: 3, common: true }], () => [1, 2, 3]).length;
  for (const name of ['seed', 'Seed', 'random_seed', 'random_state', 'rng', 'train.seed', 'fold', 'trial_id', '시드']) assert.equal(named(name), 1, name);
  for (const name of ['lr', 'seedling', 'layers', 'depth', 'folds_used', 'batch']) assert.equal(named(name), 0, name);
});

test('values that nobody chooses suggest a seed where no name does', () => {
  const of = (/** @type {any[]} */ values) => repeatsOf([{ name: 'r', values: values.length, common: true }], () => values).length;
  assert.equal(of([1337, 4242, 839281]), 1);
  assert.equal(of([1024, 2048, 4096]), 0);
  assert.equal(of([1000, 5000, 10000]), 0);
  assert.equal(of([1, 2, 3]), 0);
  assert.equal(of(['adam', 1337]), 0);
});

test('a group by one hyper-parameter tells what else differs, but for seeds', () => {
  const [first] = grouped(SWEEP, { by: ['lr'] });
  assert.equal(first.label, 'lr 0.1');
  assert.equal(first.ids.length, 6);
  assert.deepEqual(first.differs, ['bs (32, 64)']);
});

test('of many values that differ a few are told', () => {
  const [all] = grouped([1, 2, 3, 4, 5, 6].map((n) => `lr=0.1_bs=${n}`), { by: ['lr'] });
  assert.deepEqual(all.differs, ['bs (1, 2, 3, 4, and 2 more)']);
  assert.equal(all.label, 'All runs');
});

test('what was trained and what was validated are two groups', () => {
  const names = SWEEP.flatMap((name) => [`${name}/train`, `${name}/validation`]);
  const groups = grouped(names, { but: ['seed'] });
  assert.equal(groups.length, 8);
  assert.deepEqual(groups.slice(0, 2).map(({ label }) => label), ['lr 0.1 · bs 32 · train', 'lr 0.1 · bs 32 · validation']);
  assert.deepEqual(grouped(names, { by: ['lr', 'bs'] })[0].differs, [`${titleOf(WORDS)} (train, validation)`]);
});

test('names that each run has for itself are no words', () => {
  const runs = runsOf(['brave-cat', 'sunny-dog', 'small-fox']);
  assert.deepEqual(factors(runs), []);
  assert.equal(suggestionOf(runs, factors(runs), inName), null);
});

test('runs that differ in a number only are run again', () => {
  const runs = runsOf(['resnet_run1', 'resnet_run2', 'vgg_run1', 'vgg_run2']);
  assert.deepEqual(suggestionOf(runs, factors(runs), inName), { but: [] });
  assert.deepEqual(grouped(['resnet_run1', 'resnet_run2', 'vgg_run1', 'vgg_run2'], { but: [] }).map(({ label }) => label), ['resnet', 'vgg']);
});

test('runs that all differ suggest nothing', () => {
  const runs = runsOf(['lr=0.1', 'lr=0.01']);
  assert.equal(suggestionOf(runs, factors(runs), inName), null);
});

test('a value that is not there is one of its own', () => {
  const groups = grouped(['a_lr=0.1', 'b_lr=0.1', 'a', 'b'], { by: ['lr'] });
  assert.deepEqual(groups.map(({ label }) => label), ['lr 0.1', 'lr none']);
});

test('a new run in a group changes the number of no group', () => {
  const before = grouped(SWEEP, { but: ['seed'] }).map(({ id, number }) => [id, number]);
  const after = grouped([...SWEEP, 'lr=0.1_bs=32_seed=4', 'lr=1_bs=32_seed=1'], { but: ['seed'] });
  assert.deepEqual(after.map(({ id, number }) => [id, number]).slice(0, 4), before);
  assert.equal(after.at(-1)?.number, 4);
});

test('the link holds the grouping, and one that was cut holds none', () => {
  for (const grouping of [{ by: ['lr', '학습률'] }, { but: ['seed'] }, { but: [] }]) assert.deepEqual(groupingIn(writtenGrouping(grouping)), grouping);
  for (const text of [null, '', '{"by":', '{"by":[]}', '{"by":[1]}', '[]', 'null']) assert.equal(groupingIn(text), null, String(text));
});

test('words of a name are what its values and numbers stand in', () => {
  assert.equal(wordsOf('lr3e-4_bs64_seed2/train'), 'lr#_bs#_seed#/train');
  assert.equal(wordsOf('Nov25_10-20-30_host'), wordsOf('Dec01_11-02-59_host'));
  assert.equal(wordsOf('opt=adam,lr=0.1'), 'opt#lr#');
  assert.equal(wordsOf('실험_3'), '실험#');
});

test('a cell of a group is the mean of numbers, or what all have', () => {
  assert.deepEqual(cellOf([1, 2, null], 'last:loss'), { value: 1.5, of: 2, different: 3 });
  assert.deepEqual(cellOf(['adam', 'adam'], 'param:opt'), { value: 'adam', of: 0, different: 1 });
  assert.deepEqual(cellOf(['adam', 'sgd'], 'status'), { value: null, of: 0, different: 2 });
  assert.deepEqual(cellOf([null, undefined], 'last:loss'), { value: null, of: 0, different: 1 });
  assert.deepEqual(cellOf([1, 2], 'param:seed'), { value: null, of: 0, different: 2 });
});
