import assert from 'node:assert/strict';
import test from 'node:test';
import { fitted, roomFor, spaced, told } from '../../../web/charts/labels.js';

test('names do not overlap, keep their order, stay inside, and do not move without need', () => {
  for (let seed = 1; seed < 60; seed += 1) {
    const wishes = Array.from({ length: 1 + (seed % 14) }, (_, i) => Math.abs(Math.sin(seed * 7 + i * i)) * 230 - 10);
    const found = spaced(wishes, 13, 5, 200);
    const order = wishes.map((_, i) => i).sort((a, b) => wishes[a] - wishes[b] || a - b);
    order.slice(1).forEach((i, n) => assert.ok(found[i] - found[order[n]] >= 13 - 1e-9, `${wishes} ${found}`));
    for (const at of found) assert.ok(at >= 5 - 1e-9 && at <= 200 + 1e-9);
  }
  assert.deepEqual(spaced([50, 100, 20], 13, 5, 200), [50, 100, 20]);
  assert.deepEqual(spaced([50, 50], 10, 0, 100), [45, 55]);
});

test('a long name keeps both ends', () => {
  const measure = (text) => [...text].length;
  assert.equal(fitted('short', 10, measure), 'short');
  const cut = fitted('sweep/lr=0.001,batch=256/seed 12', 12, measure);
  assert.ok([...cut].length <= 12 && cut.startsWith('swee') && cut.endsWith('seed 12'), cut);
  assert.equal(fitted('아주 긴 이름의 실행', 3, measure), '…실행');
});

test('names are whole where they fit, else what tells them apart', () => {
  const names = ['net/width 2', 'net/width 16'];
  assert.deepEqual(names.map(told(names, 12, (text) => text.length)), names);
  assert.deepEqual(names.map(told(names, 11, (text) => text.length)), ['…2', '…16']);
});

test('there is room for a few names in a wide chart', () => {
  const measure = (text) => text.length * 6;
  assert.equal(roomFor(['a', 'bb'], 500, 230, measure), 12 + 16);
  assert.equal(roomFor(['a'], 500, 230, measure), 0);
  assert.equal(roomFor(['a', 'b'], 340, 230, measure), 0);
  assert.equal(roomFor(Array.from({ length: 20 }, (_, i) => `${i}`), 900, 400, measure), 0);
  assert.ok(roomFor(['a', 'b'.repeat(200)], 500, 230, measure) <= 500 * 0.24 + 17);
});
