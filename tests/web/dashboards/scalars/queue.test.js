import assert from 'node:assert/strict';
import test from 'node:test';
import { createQueue } from '../../../../web/dashboards/scalars/queue.js';

/** A queue whose questions are answered by hand. */
function asked(urgent = new Set()) {
  const began = [];
  const answers = new Map();
  const queue = createQueue((of) => urgent.has(of));
  const ask = (of, weight) => queue.run(of, weight, () => new Promise((then, fail) => {
    began.push(of);
    answers.set(of, { then, fail });
  }));
  return { ask, began, answers };
}
const later = () => new Promise((then) => setTimeout(then));

test('the curves of thousands of runs are asked for tag by tag, of few runs for all tags at once', () => {
  const many = asked();
  for (const of of 'abc') many.ask(of, 5000);
  assert.deepEqual(many.began, ['a']);
  const few = asked();
  for (const of of 'abcd') few.ask(of, 5);
  assert.deepEqual(few.began, [...'abcd']);
});

test('what is on the screen comes before what is near it', async () => {
  const { ask, began, answers } = asked(new Set(['seen']));
  const first = ask('above', 500);
  for (const of of ['below', 'further', 'seen']) ask(of, 500);
  answers.get('above').then('curves');
  assert.equal(await first, 'curves');
  assert.deepEqual(began, ['above', 'seen', 'below']);
});

test('a question that fails makes room for the next, and says so to who asked', async () => {
  const { ask, began, answers } = asked();
  const first = ask('a', 500);
  ask('b', 500);
  answers.get('a').fail(new Error('gone'));
  await assert.rejects(first, /gone/);
  await later();
  assert.deepEqual(began, ['a', 'b']);
});

test('behind the first answer more are asked for at a time', async () => {
  const { ask, began, answers } = asked();
  const first = ask('a', 20);
  for (const of of 'bcdefgh') ask(of, 20);
  assert.deepEqual(began, ['a']);
  answers.get('a').then(1);
  await first;
  await later();
  assert.deepEqual(began, [...'abcdef']);
});
