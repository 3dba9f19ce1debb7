import assert from 'node:assert/strict';
import test from 'node:test';

import { along, placeLabels } from '../../../../web/dashboards/graphs/labels.js';

const edge = (/** @type {object} */ more = {}) => ({ source: 'a', target: 'b', kind: 'data', count: 1, shape: 'scalar', type: 'float32', bytes: 4, ...more });
const node = (/** @type {number} */ x, /** @type {number} */ y) => ({ path: 'n', x, y, width: 80, height: 40, open: false });
const scene = (/** @type {object} */ more) => /** @type {any} */ ({ nodes: [], pills: [], rests: [], ports: [], width: 100, height: 100, ...more });
const drawn = (/** @type {object} */ more, /** @type {number} */ x) => ({ edge: edge(more), points: straight(x), group: '', from: true });
const straight = (/** @type {number} */ x) => [{ x, y: 0 }, { x, y: 100 }];

test('a share of a line with a corner', () => {
  const corner = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 30 }];
  assert.deepEqual(along(corner, 0), { x: 0, y: 0, steep: false });
  assert.deepEqual(along(corner, 0.5), { x: 10, y: 10, steep: true });
  assert.deepEqual(along(corner, 1), { x: 10, y: 30, steep: true });
});

test('labels of neighbouring lines do not overlap, nor lie on a node', () => {
  const places = placeLabels(scene({ nodes: [node(25, 50)], edges: [0, 8, 16].map((x) => drawn({ source: `a${x}` }, x)) }));
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
  const [place] = placeLabels(scene({ edges: [drawn({}, 0), drawn({ kind: 'control' }, 12)] }));
  assert.ok(place && place.x + 33 < 0, 'it stands on the side where the other line is not');
});

test('where there is no room a label is left out', () => {
  assert.deepEqual(placeLabels(scene({ nodes: [{ ...node(0, 50), width: 400, height: 400 }], edges: [drawn({}, 0)] })), [null]);
});

test('nor where it could only stand on other lines', () => {
  const lines = [0, 9, 18, 27, 36, -9, -18, -27, -36].map((x, i) => drawn(i ? { source: 's', shape: '' } : {}, x));
  assert.equal(placeLabels(scene({ edges: lines }))[0], null);
});

test('a line of control below a label is better than no label', () => {
  const lines = [0, 9, 18, 27, 36, -9, -18, -27, -36].map((x, i) => drawn(i ? { source: 's', kind: 'control' } : {}, x));
  assert.ok(placeLabels(scene({ edges: lines }))[0]);
});

test('of a bundle that parts, each line is labelled where it runs alone', () => {
  const trunk = [{ x: 0, y: 400 }, { x: 0, y: 200 }];
  const one = { ...drawn({ shape: '3×3' }, 0), points: [...trunk, { x: -90, y: 100 }, { x: -90, y: 0 }] };
  const other = { ...drawn({ target: 'c', shape: '5×5' }, 0), points: [...trunk, { x: 90, y: 100 }, { x: 90, y: 0 }] };
  const places = placeLabels(scene({ edges: [one, other] }));
  assert.ok(places.every((place) => place && place.y < 200));
});

test('a label does not lie on the border of an open box', () => {
  const open = { ...node(30, 50), width: 60, height: 300, open: true };
  const [place] = placeLabels(scene({ nodes: [open], edges: [drawn({}, -20)] }));
  assert.ok(place && place.x + 33 < -1.5);
});

test('what leaves a node in one bundle is said once, and inside a border not again', () => {
  const places = placeLabels(scene({ edges: [drawn({}, 0), drawn({ target: 'c' }, 60), { ...drawn({ source: 'x' }, 120), from: false }] }));
  assert.ok(places[0]);
  assert.deepEqual(places.slice(1), [null, null]);
});
