import assert from 'node:assert/strict';
import test from 'node:test';

import { along, labelOf, placeLabels } from '../../../../web/dashboards/graphs/labels.js';

const edge = (/** @type {object} */ more = {}) => ({ source: 'a', target: 'b', control: false, count: 1, shape: 'scalar', ...more });
const node = (/** @type {number} */ x, /** @type {number} */ y) => ({
  child: { path: 'n', name: 'n', group: false, op: 'Add', nodes: 1, ops: {} },
  look: /** @type {const} */ ('op'), x, y, width: 80, height: 40, open: false, depth: 0,
});
const straight = (/** @type {number} */ x) => [{ x, y: 0 }, { x, y: 100 }];

test('an edge is labelled with its shape, several with how many', () => {
  assert.equal(labelOf(edge()), 'scalar');
  assert.equal(labelOf(edge({ count: 3 })), '3 tensors');
  assert.equal(labelOf(edge({ shape: '?' })), '');
  assert.equal(labelOf(edge({ control: true })), '');
});

test('a share of a line with a corner', () => {
  const corner = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 30 }];
  assert.deepEqual(along(corner, 0), { x: 0, y: 0, steep: false });
  assert.deepEqual(along(corner, 0.5), { x: 10, y: 10, steep: true });
  assert.deepEqual(along(corner, 1), { x: 10, y: 30, steep: true });
});

test('labels of neighbouring lines do not overlap, nor lie on a node', () => {
  const scene = { nodes: [node(25, 50)], width: 100, height: 100,
    edges: [0, 8, 16].map((x) => ({ edge: edge(), points: straight(x) })) };
  const places = placeLabels(scene);
  const boxes = places.flatMap((place) => (place ? [{ left: place.x, right: place.x + 33, top: place.y - 6, bottom: place.y + 6 }] : []));
  assert.ok(boxes.length >= 2);
  const all = [...boxes, { left: -15, right: 65, top: 30, bottom: 70 }];
  for (let i = 0; i < all.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const [a, b] = [all[i], all[j]];
      assert.ok(a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom, `${i} and ${j} overlap`);
    }
  }
});

test('a label keeps clear of other lines where it can', () => {
  const scene = { nodes: [], width: 100, height: 100,
    edges: [{ edge: edge(), points: straight(0) }, { edge: edge({ control: true }), points: straight(12) }] };
  const [place] = placeLabels(scene);
  assert.ok(place && place.x + 33 < 0, 'it stands on the side where the other line is not');
});

test('where there is no room a label is left out', () => {
  const scene = { nodes: [{ ...node(0, 50), width: 400, height: 400 }], width: 100, height: 100, edges: [{ edge: edge(), points: straight(0) }] };
  assert.deepEqual(placeLabels(scene), [null]);
});
