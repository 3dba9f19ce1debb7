import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { createRunFacts } from '../../../web/app/run_facts.js';

const ANSWER = JSON.parse(readFileSync(new URL('../../golden/answers/runs_table.json', import.meta.url), 'utf8'));
const run = (/** @type {string} */ id) => ({ id, name: id, first_wall_time: 1_700_000_000 });

/** What is known once the server has answered. @param {any} [answer] */
async function facts(answer = ANSWER) {
  const made = createRunFacts(/** @type {any} */ ({ get: async () => answer }));
  const come = new Promise((resolve) => made.answer.subscribe(resolve));
  made.want('test', ['loss']);
  await come;
  made.want('test', null);
  return made;
}

test('a run is told by its columns', async () => {
  const made = await facts();
  const told = (/** @type {string} */ id) => ['status', 'start', 'duration', 'points', 'nan_step', 'param:lr', 'param:model', 'last:loss', 'min:loss', 'best:loss', 'best_max:loss']
    .map((column) => made.value(run(id), column));
  assert.deepEqual(told('b'), ['stopped', 1_700_000_000, 1, 2, null, 0.1, 'small', 0.1, 0.1, 0.1, 1]);
  assert.deepEqual(told('가/첫 실행'), ['stopped', 1_700_000_000, 5, 6, 2, null, null, 2.5, 0.1, 0.1, 2.5]);
  assert.deepEqual(told('neuron').slice(7), [null, null, null, null]);
});

test('values stand at their steps', async () => {
  const made = await facts();
  assert.deepEqual(['last:loss', 'min:loss', 'best_max:loss', 'best:loss', 'status'].map((column) => made.step('b', column)), [1, 1, 0, 1, null]);
});

test('what the server knows of a hyper-parameter goes before what its name says', async () => {
  const made = await facts({ ...ANSWER, runs: ['lr0.5_bs8', 'lr0.7', 'x', 'y'] });
  assert.equal(made.value(run('lr0.5_bs8'), 'param:lr'), 0.1);
  assert.equal(made.value(run('lr0.5_bs8'), 'param:bs'), 8);
  assert.equal(made.value(run('lr0.7'), 'param:lr'), 0.7);
  assert.deepEqual(made.paramNames([run('lr0.5_bs8'), run('warmup=3')]), ['augment', 'lr', 'model', 'bs', 'warmup']);
});

test('a run that came after the answer is told by its name alone', async () => {
  const made = await facts();
  assert.equal(made.value(run('lr0.7'), 'param:lr'), 0.7);
  assert.equal(made.value(run('lr0.7'), 'status'), null);
  assert.equal(made.isRunning('lr0.7'), false);
  assert.equal(made.divergence('lr0.7'), null);
});

test('NaN in the answer is a number', async () => {
  const made = await facts({ ...ANSWER, tags: [{ tag: 'loss', last: ['NaN', '-Infinity', null, 1] }] });
  assert.ok(Number.isNaN(made.value(run('b'), 'last:loss')));
  assert.equal(made.value(run('neuron'), 'last:loss'), -Infinity);
});

test('nobody looks, nothing is asked; one question for all who look', async () => {
  /** @type {string[][]} */
  const asked = [];
  const made = createRunFacts(/** @type {any} */ ({ get: async (/** @type {string} */ _, /** @type {{ tag: string[] }} */ { tag }) => (asked.push(tag), ANSWER) }));
  made.follow();
  const come = new Promise((resolve) => made.answer.subscribe(resolve));
  made.want('a', ['loss']);
  made.want('b', ['accuracy', 'loss']);
  await come;
  assert.deepEqual(asked, [['accuracy', 'loss']]);
  made.want('b', null);
  made.want('a', null);
});

test('what failed is told, and what is known stays', async () => {
  const made = createRunFacts(/** @type {any} */ ({ get: async () => { throw new Error('not there'); } }));
  const told = new Promise((resolve) => made.error.subscribe(resolve));
  made.want('a', []);
  assert.equal(await told, 'not there');
  made.want('a', null);
});
