import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { decode, joined } from '../../../web/lib/columns.js';
import { fromJson, toNumbers } from '../from_json.js';

/** The bytes of an answer, put together as the server's documentation says. */
function encoded(header, columns) {
  let text = JSON.stringify(header);
  text += ' '.repeat((8 - ((4 + text.length) % 8)) % 8);
  const parts = [Buffer.alloc(4), Buffer.from(text)];
  parts[0].writeUInt32LE(text.length);
  for (const column of columns) {
    const data = Buffer.from(column.buffer);
    parts.push(data, Buffer.alloc((8 - (data.length % 8)) % 8));
  }
  const all = Buffer.concat(parts);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length);
}

test('columns are views of the answer, each where the header says', () => {
  const header = { steps: 'f8', smoothing: null, series: [{ run: 'a', count: 3, values: 'f4' }, { run: 'b', count: 1, values: 'f8' }] };
  const buffer = encoded(header, [Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6), Float32Array.of(0.5, NaN, -Infinity),
    Float64Array.of(7), Float64Array.of(8), Float64Array.of(0.1)]);
  const [a, b] = decode(buffer).series;
  assert.deepEqual([[...a.steps], [...a.wall_times], [...a.values]], [[1, 2, 3], [4, 5, 6], [0.5, NaN, -Infinity]]);
  assert.deepEqual([[...b.steps], [...b.wall_times], [...b.values], b.smoothed], [[7], [8], [0.1], undefined]);
  assert.equal(a.values.buffer, buffer);
});

test('steps that are those of the series before come once, and are one column', () => {
  const header = { steps: 'f8', smoothing: null, series: [{ count: 2, steps: 'own', values: 'f8' }, { count: 2, steps: 'same', values: 'f8' }, { count: 1, steps: 'own', values: 'f8' }] };
  const [a, b, c] = decode(encoded(header, [Float64Array.of(1, 2), Float64Array.of(3, 4), Float64Array.of(5, 6),
    Float64Array.of(7, 8), Float64Array.of(9, 10), Float64Array.of(11), Float64Array.of(12), Float64Array.of(13)])).series;
  assert.equal(a.steps, b.steps);
  assert.deepEqual([[...b.steps], [...b.wall_times], [...b.values]], [[1, 2], [7, 8], [9, 10]]);
  assert.deepEqual([[...c.steps], [...c.wall_times], [...c.values]], [[11], [12], [13]]);
});

test('smoothed values come last, steps that float64 cannot hold are rounded and kept exactly beside', () => {
  const header = { steps: 'i8', smoothing: { kind: 'ema', weight: 0.5 }, series: [{ count: 1, values: 'f8' }] };
  const [a] = decode(encoded(header, [BigInt64Array.of(-9007199254740993n), Float64Array.of(1), Float64Array.of(2), Float64Array.of(3)])).series;
  assert.deepEqual([a.steps[0], a.exact[0], a.values[0], a.smoothed[0]], [-9007199254740992, -9007199254740993n, 2, 3]);
  const over = { steps: 'f8', computed: true, smoothing: null, series: [{ count: 1, values: 'f8' }] };
  const [b] = decode(encoded(over, [Float64Array.of(1), Float64Array.of(2), Float64Array.of(3), Float64Array.of(4)])).series;
  assert.deepEqual([b.values[0], b.x[0], b.exact, b.smoothed], [3, 4, undefined, undefined]);
});

test('an answer in JSON becomes the same columns', () => {
  const answer = JSON.parse(readFileSync(new URL('../../golden/answers/scalars_smoothed.json', import.meta.url), 'utf8'));
  const [b] = fromJson(answer).series.filter(({ run }) => run === 'b');
  assert.deepEqual([[...b.steps], [...b.values], [...b.smoothed]], [[0, 1], [1, 0.1], [1, 0.4375000009313226]]);
  assert.deepEqual([...toNumbers([1, 'NaN', '-Infinity'])], [1, NaN, -Infinity]);
});

test('joined columns keep the greater precision', () => {
  assert.deepEqual(joined(Float32Array.of(1), Float32Array.of(2)), Float32Array.of(1, 2));
  assert.deepEqual(joined(Float32Array.of(1), Float64Array.of(0.1)), Float64Array.of(1, 0.1));
  const known = Float32Array.of(1);
  assert.equal(joined(known, new Float64Array(0)), known);
});
