import assert from 'node:assert/strict';
import test from 'node:test';
import { spread } from '../../../web/charts/frames.js';

const frames = [];
globalThis.requestAnimationFrame = (then) => frames.push(then);
const frame = () => frames.splice(0).forEach((then) => then());
/** Work that says when it is done, and takes so many milliseconds. */
const work = (told, name, ms = 0) => () => {
  const end = performance.now() + ms;
  while (performance.now() < end);
  told.push(name);
  return true;
};

test('what somebody waits for is done first, whenever it was asked for', () => {
  const told = [];
  spread(work(told, 'near'));
  spread(work(told, 'seen'), true);
  frame();
  assert.deepEqual(told, ['seen', 'near']);
  assert.equal(frames.length, 0);
});

test('long work waits for the next frame, but not for ever behind what is urgent', () => {
  const told = [];
  for (const name of ['a', 'b']) spread(work(told, name, 30), true);
  spread(work(told, 'near'));
  frame();
  assert.deepEqual(told, ['a', 'near']);
  frame();
  assert.deepEqual(told, ['a', 'near', 'b']);
});

test('what is taken back is not done', () => {
  const told = [];
  for (const first of [true, false]) spread(work(told, 'gone'), first)();
  frame();
  assert.deepEqual(told, []);
});

test('work that fails is told, and holds up no other', () => {
  const told = [];
  spread(() => { throw new Error('cannot be drawn'); }, true);
  spread(work(told, 'seen'), true);
  spread(work(told, 'near'));
  assert.throws(frame, /cannot be drawn/);
  frame();
  assert.deepEqual(told, ['seen', 'near']);
});
