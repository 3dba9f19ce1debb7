import assert from 'node:assert/strict';
import test from 'node:test';
import { ascends, firstFrom, nearest, valueAt } from '../../../web/charts/search.js';

test('the nearest point is found in any order', () => {
  assert.equal(nearest(Float64Array.of(5, 1, 9), 2), 1);
  assert.equal(nearest(new Float64Array(), 2), -1);
});

test('in a column that ascends the nearest point is that of a look at all of them', () => {
  for (let n = 1; n < 200; n += 1) {
    const x = Float64Array.from({ length: n }, (_, i) => Math.floor(Math.sin(i * 7 + n) * 20)).sort();
    assert.ok(ascends(x));
    for (const at of [-30, -3.5, 0, 0.49, 7, 30]) {
      let best = 0;
      for (let i = 1; i < n; i += 1) if (Math.abs(x[i] - at) < Math.abs(x[best] - at)) best = i;
      assert.equal(Math.abs(x[nearest(x, at)] - at), Math.abs(x[best] - at));
      assert.equal(firstFrom(x, at), [...x, Infinity].findIndex((value) => value >= at));
    }
  }
});

test('what is not finite or goes back does not ascend', () => {
  assert.ok(!ascends(Float64Array.of(1, NaN)));
  assert.ok(!ascends(Float64Array.of(2, 1)));
});

test('a line has a value between its points and none beyond them', () => {
  const [x, y] = [Float64Array.of(0, 10, 20), Float64Array.of(0, 5, NaN)];
  assert.equal(valueAt(x, y, 4), 2);
  assert.equal(valueAt(x, y, 10), 5);
  assert.equal(valueAt(x, y, 15), null);
  assert.equal(valueAt(x, y, 21), null);
});
