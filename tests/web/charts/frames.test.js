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
  spread(work(told, 'seen'), 'seen');
  spread(work(told, 'now'), 'now');
  frame();
  assert.deepEqual(told, ['now', 'seen']);
  frame();
  assert.deepEqual(told, ['now', 'seen', 'near']);
  assert.equal(frames.length, 0);
});

test('long work waits for the next frame, and what nobody sees for one in which nothing is urgent', () => {
  const told = [];
  for (const name of ['a', 'b']) spread(work(told, name, 50), 'now');
  spread(work(told, 'near'));
  frame();
  assert.deepEqual(told, ['a']);
  frame();
  assert.deepEqual(told, ['a', 'b']);
  frame();
  assert.deepEqual(told, ['a', 'b', 'near']);
});

test('what takes some frames is done before what is behind it is begun', () => {
  const told = [];
  const piecewise = (name) => {
    let pieces = 2;
    return (until) => {
      while (performance.now() < until);
      told.push(name);
      pieces -= 1;
      return pieces === 0;
    };
  };
  for (const name of ['a', 'b']) spread(piecewise(name), 'seen');
  spread(work(told, 'near'));
  for (let n = 0; n < 5; n += 1) frame();
  assert.deepEqual(told, ['a', 'a', 'b', 'b', 'near']);
  assert.equal(frames.length, 0);
});

test('work that asks for itself again is done again', () => {
  const told = [];
  const again = () => {
    told.push('again');
    if (told.length < 3) spread(again);
    return true;
  };
  spread(again);
  frame();
  assert.deepEqual(told, ['again', 'again', 'again']);
});

test('what is taken back is not done', () => {
  const told = [];
  for (const when of ['now', 'seen', 'near']) spread(work(told, 'gone'), when)();
  frame();
  assert.deepEqual(told, []);
});

test('work that fails is told, and holds up no other', () => {
  const told = [];
  spread(() => { throw new Error('cannot be drawn'); }, 'now');
  spread(work(told, 'seen'), 'now');
  spread(work(told, 'near'));
  assert.throws(frame, /cannot be drawn/);
  frame();
  frame();
  assert.deepEqual(told, ['seen', 'near']);
});
