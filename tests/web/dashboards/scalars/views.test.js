import assert from 'node:assert/strict';
import test from 'node:test';
import { createViews, EVERYTHING, format, parse } from '../../../../web/dashboards/scalars/views.js';

function stateOf(values = {}) {
  const listeners = new Set();
  return {
    values,
    get: (key) => values[key] ?? null,
    set(key, value) {
      values[key] = value;
      listeners.forEach((listener) => listener());
    },
    onArrival(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

test('a view goes into the link when it rests, and comes back from it', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const state = stateOf();
  const views = createViews(state);
  views.set('tag loss', 'step', { x: [1.00001, 900.0004] });
  views.set('tag loss', 'step', { y: [0, null], pins: [5] });
  assert.equal(state.values.views, undefined);
  t.mock.timers.tick(300);
  assert.equal(state.values.views, '{"tag loss":{"x":[1,900],"y":[0,null],"pins":[5]}}');
  assert.deepEqual(createViews(state).get('tag loss', 'step'), { x: [1, 900], y: [0, null], pins: [5] });
  views.set('tag loss', 'step', EVERYTHING);
  t.mock.timers.tick(300);
  assert.equal(state.values.views, null);
});

test('a part of one axis is none of another; the ends of y are', () => {
  const views = createViews(stateOf({ views: '{"a":{"x":[1,2],"y":[0,1],"pins":[1],"on":"wall"}}' }));
  assert.deepEqual(views.get('a', 'wall'), { x: [1, 2], y: [0, 1], pins: [1] });
  assert.deepEqual(views.get('a', 'step'), { x: null, y: [0, 1], pins: [] });
  assert.deepEqual(views.get('b', 'step'), EVERYTHING);
});

test('another link brings other views, and is told', () => {
  const state = stateOf();
  const views = createViews(state);
  let told = 0;
  views.subscribe(() => (told += 1));
  state.set('smoothing', '0.5');
  assert.equal(told, 0);
  state.set('views', '{"a":{"x":[3,4]}}');
  assert.deepEqual([told, views.get('a', 'step').x], [1, [3, 4]]);
});

test('what is wrong in a link is left out', () => {
  for (const text of ['{', '[]', 'null', '{"a":null}', '{"a":{"x":[2,1]}}', '{"a":{"x":"no","y":[null],"pins":["x"]}}']) {
    for (const { view } of parse(text).values()) assert.deepEqual(view, EVERYTHING);
    assert.equal(format(parse(text)), '');
  }
});
