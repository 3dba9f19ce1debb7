import assert from 'node:assert/strict';
import test from 'node:test';

import { beginning, firstView, fitted, READABLE, shownBox } from '../../../../web/dashboards/graphs/camera.js';

const WINDOW = { width: 960, height: 750 };
const node = (/** @type {number} */ x, /** @type {number} */ y) => ({ x, y, width: 80, height: 30 });

/** @param {import('../../../../web/dashboards/graphs/camera.js').View} view @param {ReturnType<typeof node>} one */
function holds(view, { x, y, width, height }) {
  const { left, top, right, bottom } = shownBox(view, WINDOW);
  return left <= x - width / 2 && x + width / 2 <= right && top <= y - height / 2 && y + height / 2 <= bottom;
}

test('a picture of which something can be told is first seen as a whole', () => {
  const picture = { width: 2000, height: 1500, nodes: [node(1000, 1485)] };
  assert.deepEqual(firstView(picture, WINDOW), fitted(picture, WINDOW));
});

test('of a long chain the beginning is first seen, large enough to be read', () => {
  const nodes = Array.from({ length: 200 }, (_, i) => node(40, 15 + i * 76));
  const view = firstView({ width: 80, height: 200 * 76 - 46, nodes }, WINDOW);
  assert.equal(view.scale, READABLE);
  assert.ok(holds(view, nodes[199]) && holds(view, nodes[190]));
  const { left, right } = shownBox(view, WINDOW);
  assert.ok(left < 0 && right > 80);
});

test('of a wide picture too, at a node and not between two', () => {
  const nodes = Array.from({ length: 300 }, (_, i) => node(60 + i * 200 + (i >= 150 ? 5000 : 0), 2000 - (i % 2) * 30));
  const view = firstView({ width: 65_100, height: 2015, nodes }, WINDOW);
  assert.ok(nodes.some((one) => holds(view, one)));
});

test('a box larger than the window is entered where data come in, beside which something stands', () => {
  const box = { x: 5000, y: 5000, width: 6000, height: 4000 };
  const inside = [node(2100, 6970), node(4000, 3100)];
  const view = beginning(box, inside, { scale: 1, x: 0, y: 0 }, WINDOW);
  assert.ok(holds(view, inside[0]));
  assert.ok(shownBox(view, WINDOW).bottom > 7000, 'its border is seen');
});

test('one that fits is moved into view and no further', () => {
  const box = { x: 300, y: 300, width: 200, height: 200 };
  assert.deepEqual(beginning(box, [], { scale: 1, x: 0, y: 0 }, WINDOW), { scale: 1, x: 0, y: 0 });
});
