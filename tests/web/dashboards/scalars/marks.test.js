import assert from 'node:assert/strict';
import test from 'node:test';
import { createMarks } from '../../../../web/dashboards/scalars/marks.js';

/** Marks that are noted, and the frames that pass. */
function watched() {
  const told = [];
  const frames = [];
  globalThis.requestAnimationFrame = (then) => frames.push(then);
  return { marks: createMarks((name) => told.push(name)), told, frame: () => frames.splice(0).forEach((then) => then()) };
}

test('the first chart is marked once, the visible ones when each has its curves', () => {
  const { marks, told } = watched();
  marks.window(new Set(['a', 'b', 'c']), new Set(['a', 'b']));
  marks.drawn('c'); // near, but not on the screen
  assert.deepEqual(told, ['nb:first-chart']);
  marks.drawn('a');
  marks.drawn('a');
  assert.deepEqual(told, ['nb:first-chart']);
  marks.drawn('b');
  assert.deepEqual(told, ['nb:first-chart', 'nb:visible-charts']);
  marks.drawn('b');
  assert.equal(told.length, 2);
});

test('what somebody did is marked when all visible charts have been drawn since', () => {
  const { marks, told, frame } = watched();
  marks.window(new Set(['a', 'b']), new Set(['a', 'b']));
  marks.drawn('a');
  marks.drawn('b');
  told.length = 0;
  marks.begin(true);
  frame();
  marks.drawn('a');
  assert.deepEqual(told, []);
  marks.drawn('b');
  assert.deepEqual(told, ['nb:updated']);
  marks.drawn('b');
  assert.equal(told.length, 1);
});

test('a search is drawn when the cards that came are, or at the next frame if none did', () => {
  const { marks, told, frame } = watched();
  marks.window(new Set(['a', 'b']), new Set(['a', 'b']));
  marks.drawn('a');
  marks.drawn('b');
  told.length = 0;
  marks.begin(false);
  marks.window(new Set(['b', 'c']), new Set(['b', 'c']));
  frame();
  assert.deepEqual(told, []);
  marks.drawn('c');
  assert.deepEqual(told, ['nb:updated']);
  marks.begin(false);
  marks.window(new Set(), new Set());
  frame();
  assert.deepEqual(told, ['nb:updated', 'nb:updated']);
});
