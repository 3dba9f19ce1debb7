import assert from 'node:assert/strict';
import test from 'node:test';
import { createLayers, linesOfLayer } from '../../../web/charts/layers.js';
import { strokes } from '../../../web/charts/lines.js';

const SIZE = { width: 400, height: 200, ratio: 1 };
const scale = (low, high) => ({ domain: [low, high], log: false, toPixel: (v) => v });
const view = (high = 1) => ({ ...SIZE, left: 0, right: 400, top: 0, bottom: 200, outside: 0, x: scale(0, 9), y: scale(0, high) });
const lines = Array.from({ length: 20 }, (_, place) => {
  const y = Float64Array.from({ length: 10 }, (_, i) => i + place);
  return { id: `${place}`, place, name: `${place}`, color: `c${place % 3}`, dash: [], x: Float64Array.from(y.keys()), y, raw: y };
});
const POINTS = 10;

/** A canvas that counts the strokes drawn in it, as far as this test needs one. */
function fakes(t) {
  const told = { strokes: 0, made: 0 };
  const context = () => new Proxy({}, { get: (_, name) => (name === 'stroke' ? () => (told.strokes += 1) : () => {}), set: () => true });
  const before = globalThis.document;
  globalThis.document = { createElement: () => ((told.made += 1), { getContext: context }) };
  t.after(() => (globalThis.document = before));
  return { told, base: context() };
}
const planned = (layers, some, high) => layers.plan(strokes(some, null, 1, linesOfLayer(lines.length, SIZE)), view(high), false);

test('a run that is hidden costs the lines of its layer, and no others', (t) => {
  const { told, base } = fakes(t);
  const layers = createLayers();
  planned(layers, lines);
  assert.equal(layers.left(), 20 * POINTS);
  assert.equal(layers.paint(base, Infinity), true);
  assert.equal(told.strokes, 20);
  const without = lines.filter(({ place }) => place !== 6);
  planned(layers, without);
  assert.equal(layers.left(), 3 * POINTS);
  layers.paint(base, Infinity);
  planned(layers, without);
  assert.equal(layers.left(), 0);
});

test('on another axis, or with other values, lines are drawn again', (t) => {
  const { base } = fakes(t);
  const layers = createLayers();
  planned(layers, lines);
  layers.paint(base, Infinity);
  planned(layers, lines, 2);
  assert.equal(layers.left(), 20 * POINTS);
  layers.paint(base, Infinity);
  planned(layers, lines.map((line) => (line.place === 19 ? { ...line, y: line.y.slice(), raw: line.raw } : line)), 2);
  assert.equal(layers.left(), (4 + 4 + 1) * POINTS - 4 * POINTS, 'its smoothed layer, and what was logged of it');
});

test('what is drawn stays when time is up, and is gone on with', (t) => {
  const { base } = fakes(t);
  const layers = createLayers();
  planned(layers, lines);
  while (!layers.paint(base, -Infinity)) assert.ok(layers.left() < 20 * POINTS);
  assert.equal(layers.left(), 0);
});

test('layers are few and small enough, and few lines have none', () => {
  assert.equal(linesOfLayer(4, SIZE), Infinity);
  assert.equal(linesOfLayer(20, SIZE), 4);
  for (const places of [100, 5000, 100_000]) assert.ok(places / linesOfLayer(places, SIZE) <= 6e6 / 2 / (4 * 400 * 200));
  assert.equal(linesOfLayer(5000, { width: 1800, height: 900, ratio: 2 }), Infinity);
});

test('the layer of a line does not depend on which others are shown', () => {
  const layerOf = (list) => new Map(list.map(({ line, layer }) => [line.id, layer]));
  const all = layerOf(strokes(lines, null, 1, 4));
  for (const [id, layer] of layerOf(strokes(lines.slice(7), null, 1, 4))) assert.equal(layer, all.get(id));
});

test('canvases of a chart that is gone serve the next one, cleared', (t) => {
  const { told, base } = fakes(t);
  const first = createLayers();
  planned(first, lines);
  first.paint(base, Infinity);
  const { made } = told;
  first.destroy();
  const next = createLayers();
  planned(next, lines);
  assert.equal(told.made, made);
  assert.equal(next.left(), 20 * POINTS, 'nothing of the other picture counts');
});
