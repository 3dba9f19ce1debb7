import assert from 'node:assert/strict';
import test from 'node:test';

import { drawBands, MOST_BANDS, stretches } from '../../../web/charts/bands.js';
import { domainOf } from '../../../web/charts/limits.js';
import { scale } from '../../../web/charts/scales.js';

const { NaN: none } = Number;

test('a band is where two runs are, in stretches of as many runs', () => {
  const band = { low: [0, 0, 0, 0, 0, 0], high: [1, 1, 1, 1, 1, 1], n: [3, 3, 3, 2, 2, 1] };
  assert.deepEqual(stretches(/** @type {any} */ (band), false), [{ from: 0, to: 2, n: 3 }, { from: 2, to: 4, n: 2 }]);
});

test('there is none at one run, nor where there is no number', () => {
  assert.deepEqual(stretches(/** @type {any} */ ({ low: [0, 0], high: [1, 1], n: [1, 1] }), false), []);
  assert.deepEqual(stretches(/** @type {any} */ ({ low: [0, none, 0, 0], high: [1, none, 1, 1], n: [2, 2, 2, 2] }), false), [{ from: 2, to: 3, n: 2 }]);
});

test('on a logarithmic axis it is where its upper end is', () => {
  assert.deepEqual(stretches(/** @type {any} */ ({ low: [-1, -1, -1], high: [-1, 1, 1], n: [2, 2, 2] }), true), [{ from: 1, to: 2, n: 2 }]);
});

/** What is drawn: alpha and the outline of each piece. @param {any} model */
function drawn(model) {
  /** @type {{ alpha: number, points: number[][] }[]} */
  const found = [];
  /** @type {number[][]} */
  let points = [];
  const context = {
    globalAlpha: 1, fillStyle: '', save() {}, restore() {}, rect() {}, clip() {}, closePath() {},
    beginPath: () => (points = []), lineTo: (/** @type {number} */ x, /** @type {number} */ y) => points.push([x, y]),
    fill() { found.push({ alpha: context.globalAlpha, points }); },
  };
  const view = { ratio: 1, left: 0, right: 100, top: 0, bottom: 100, x: scale([0, 3], [0, 99]), y: scale([0, 10], [100, 0], model.log) };
  drawBands(/** @type {any} */ (context), { highlight: null, log: false, ...model }, /** @type {any} */ (view));
  return found;
}
const line = (/** @type {string} */ id, /** @type {number[]} */ n) => ({ id, color: '#000', x: [0, 1, 2, 3], band: { low: [1, 1, 1, 1], high: [2, 2, 2, 2], n, of: 4, seen: [] } });

test('it is fainter where fewer runs reach', () => {
  const [whole, thin] = drawn({ lines: [line('a', [4, 4, 2, 2])] });
  assert.ok(Math.abs(thin.alpha - whole.alpha / 2) < 1e-9);
  assert.deepEqual(whole.points, [[0, 80], [33, 80], [33, 90], [0, 90]]);
  assert.equal(thin.points[0][0], 33); // they meet on a whole pixel
});

test('of many bands only the lifted one is drawn', () => {
  const lines = Array.from({ length: MOST_BANDS + 1 }, (_, n) => line(String(n), [4, 4, 4, 4]));
  assert.equal(drawn({ lines }).length, 0);
  assert.equal(drawn({ lines, highlight: '3' }).length, 1);
  assert.equal(drawn({ lines: lines.slice(1) }).length, MOST_BANDS);
  assert.equal(drawn({ lines: [...lines.slice(1), { ...lines[0], band: undefined }] }).length, MOST_BANDS); // a run has none
});

test('the axis makes room for a band', () => {
  const values = Float64Array.of(1, 2);
  const one = { x: Float64Array.of(0, 1), y: values, raw: values, band: { seen: [Float64Array.of(-5, none), Float64Array.of(3, 9)] } };
  for (const range of /** @type {([number, number] | null)[]} */ ([null, [0, 1]])) {
    const { domain } = domainOf([one], range, { log: false });
    assert.ok(domain[0] < -5 && domain[1] > 9, String(domain));
  }
});
