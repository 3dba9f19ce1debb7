import assert from 'node:assert/strict';
import test from 'node:test';
import { DASHES, NO_VALUE, PALETTE, STYLES, scaleColour, styleOf } from '../../../web/lib/colours.js';

// Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
const SIGHT = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const LEAST = { normal: 9, protan: 5, deutan: 5, tritan: 5 }; // OKLab, times 100
const GROUNDS = { light: ['#f5f6f8', '#ffffff'], dark: ['#101216', '#16181d'] };
const LIGHTS = /** @type {const} */ (['light', 'dark']);

const linear = (/** @type {string} */ hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
  .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
const times = (/** @type {number[][]} */ matrix, /** @type {number[]} */ v) => matrix.map((row) => row.reduce((sum, m, i) => sum + m * v[i], 0));

/** @param {number[]} rgb linear */
function oklab(rgb) {
  const lms = times([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]], rgb).map(Math.cbrt);
  return times([[21.04542553, 79.3617785, -0.40720468], [197.79984951, -242.8592205, 45.05937099], [2.59040371, 78.27717662, -80.8675766]], lms);
}
/** @param {string} hex @param {keyof typeof SIGHT} sight */
const seen = (hex, sight) => oklab(times(SIGHT[sight], linear(hex)).map((v) => Math.min(1, Math.max(0, v))));
/** @param {number[]} a @param {number[]} b */
const distance = (a, b) => Math.hypot(...a.map((v, i) => v - b[i]));
/** @param {string} a @param {string} b */
function contrast(a, b) {
  const [low, high] = [a, b].map((hex) => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0]).sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

for (const light of LIGHTS) {
  test(`the twenty colours stay apart, ${light}, also for the colour-blind`, () => {
    assert.ok(PALETTE[light].length >= 20);
    for (const sight of /** @type {(keyof typeof SIGHT)[]} */ (Object.keys(SIGHT))) {
      const places = PALETTE[light].map((hex) => seen(hex, sight));
      for (const [i, a] of places.entries()) {
        for (const [j, b] of places.slice(0, i).entries()) {
          assert.ok(distance(a, b) >= LEAST[sight], `${PALETTE[light][i]} and ${PALETTE[light][j]} are ${distance(a, b).toFixed(1)} apart, ${sight}`);
        }
      }
    }
  });

  test(`every colour stands out from the page, ${light}`, () => {
    const scale = [0, 0.25, 0.5, 0.75, 1].map((place) => scaleColour(place, light));
    for (const color of [...PALETTE[light], ...scale, NO_VALUE[light]]) {
      for (const ground of GROUNDS[light]) assert.ok(contrast(color, ground) >= 3, `${color} on ${ground}: ${contrast(color, ground).toFixed(2)}`);
    }
  });

  test(`the scale tells the order by lightness, for every sight, ${light}`, () => {
    for (const sight of /** @type {(keyof typeof SIGHT)[]} */ (Object.keys(SIGHT))) {
      const lightness = Array.from({ length: 9 }, (_, i) => seen(scaleColour(i / 8, light), sight)[0]);
      const steps = lightness.slice(1).map((value, i) => (value - lightness[i]) * (light === 'light' ? -1 : 1));
      assert.ok(Math.min(...steps) > 1.5, `${sight}: ${steps.map((v) => v.toFixed(1))}`);
    }
  });
}

test('a hundred runs have a hundred styles, the first dozen of them solid', () => {
  const styles = Array.from({ length: STYLES }, (_, n) => JSON.stringify(styleOf(n, 'light')));
  assert.equal(new Set(styles).size, 100);
  for (let n = 0; n < 12; n += 1) assert.deepEqual(styleOf(n, 'dark').dash, DASHES[0]);
  assert.notDeepEqual(styleOf(12, 'dark').dash, DASHES[0]);
  assert.deepEqual(styleOf(100, 'light'), styleOf(0, 'light'));
});
