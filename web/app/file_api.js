// The API of a report: the page's questions are answered from the file that it stands in. How the file is
// made is told in neuronboard/dashboards/scalars/blocks.py.

import { say } from '../lib/say.js';
import { saveBlob } from '../lib/save.js';
import { ApiError, withParams } from './api.js';

const CSV_ROWS = 20_000; // of a piece of a file

/**
 * @typedef {Float32Array | Float64Array} Numbers
 * @typedef {[number, number]} Place block and column
 * @typedef {{ run: string, segment: string, part: number, purged: boolean, total: number, origin: number, count: number, steps: Place, wall_times: Place, values: Place }} Series
 * @typedef {{ columns: { kind: string, count: number, at: number }[], series: Series[], bytes: Uint8Array, decoded: Map<number, { column: Numbers, exact?: BigInt64Array }> }} Block
 */

/**
 * @param {any} boot what the page was sent with
 * @param {(number: number) => string} textOf a block's base64
 * @returns {import('./api.js').Api}
 */
export function createFileApi(boot, textOf = (number) => document.getElementById(`block-${number}`)?.textContent ?? '') {
  const { answers, report, cursor } = boot;
  /** @type {Map<string, number>} */
  const numbers = new Map(report.tags.map((/** @type {string} */ tag, /** @type {number} */ number) => [tag, number]));
  /** @type {Map<number, Promise<Block>>} */
  const blocks = new Map();
  const empty = /** @type {Record<string, any>} */ ({ 'api/scalars/damage': { damage: [] }, 'api/scalars/layout': { categories: [], problems: [] } });

  /** @param {number} number */
  function block(number) {
    const known = blocks.get(number) ?? opened(textOf(number));
    blocks.set(number, known);
    return known;
  }
  /** @param {Place} place */
  async function columnAt([number, at]) {
    const of = await block(number);
    const known = of.decoded.get(at) ?? decoded(of, at);
    of.decoded.set(at, known);
    return known;
  }
  /** The curves of a tag with their columns, whole. @param {string} tag */
  async function curvesOf(tag) {
    const number = numbers.get(tag);
    if (number === undefined) throw new ApiError(404, say('report.tag', { tag }));
    const { series } = await block(number);
    return Promise.all(series.map(async (one) => {
      const [steps, walls, values] = await Promise.all([columnAt(one.steps), columnAt(one.wall_times), columnAt(one.values)]);
      return { ...one, steps: steps.column, ...(steps.exact && { exact: steps.exact }), wall_times: walls.column, values: values.column };
    }));
  }
  /** @param {import('./api.js').Params} params */
  async function series({ tag, run, axis = 'step', x_scale: scale, parts, purged }) {
    if (!['step', 'relative', 'wall'].includes(String(axis))) throw new ApiError(400, say('report.axis'));
    const wanted = run ? new Set(/** @type {string[]} */ (run)) : null;
    const found = (await curvesOf(String(tag))).filter((curve) => !wanted || wanted.has(curve.run));
    const shown = parts === 'newest' ? withoutCovered(found) : found;
    return {
      cursor, bounds: null, series: shown.map((curve) => ({
        ...curve, ...(curve.purged && !purged ? { steps: new Float64Array(), exact: undefined, wall_times: new Float64Array(), values: new Float32Array() } : {}),
        append: false, within: curve.steps.length, extent: extentOf(curve, String(axis), scale === 'log'), off_axis: 0,
      })),
    };
  }
  /** All points of some tags in some runs as a file. @param {Record<string, string[]>} fields */
  async function exported({ tag, run, format: [format], name: [name] }) {
    const wanted = new Set(run);
    /** @type {{ run: string, tag: string, steps: (number | bigint)[], walls: Numbers, values: Numbers }[]} */
    const found = [];
    for (const each of tag) {
      for (const curve of await curvesOf(each)) {
        if (wanted.has(curve.run) && !curve.purged) found.push({ run: curve.run, tag: each, steps: [...(curve.exact ?? curve.steps)], walls: curve.wall_times, values: curve.values });
      }
    }
    const makers = /** @type {Record<string, (some: typeof found) => string[]>} */ ({ csv: csvOf, json: jsonOf });
    if (!makers[format]) throw new ApiError(400, say('report.format'));
    saveBlob(new Blob(makers[format](found)), name);
  }
  return {
    async get(path, params = {}) {
      const found = answers[withParams(path, params)] ?? answers[path] ?? empty[path];
      if (found === undefined) throw new ApiError(400, say('report.absent'));
      return found;
    },
    async columns(path, params = {}) {
      if (path !== 'api/scalars/series') throw new ApiError(400, say('report.absent'));
      return series(params);
    },
    download: (_path, fields) => exported(fields),
    url: withParams,
    async text() {
      throw new ApiError(400, say('report.absent'));
    },
    async post() {
      throw new ApiError(400, say('report.absent'));
    },
    async send() {
      throw new ApiError(400, say('report.absent'));
    },
    forget() {},
  };
}

/** What a live page is told of by the server: nothing moves in a file. @param {string} cursor @returns {import('./live.js').Live} */
export function createStill(cursor) {
  return { cursor, start() {}, subscribe: () => () => true, show() {}, onConnection() {} };
}

/** @param {string} text base64 of a zlib stream @returns {Promise<Block>} */
async function opened(text) {
  const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const { columns, series } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  const placed = columns.map((/** @type {[string, number]} */ [kind, count]) => {
    const column = { kind, count, at };
    at += Math.ceil((count * (kind === 'f4' ? 4 : 8)) / 8) * 8;
    return column;
  });
  return { columns: placed, series, bytes, decoded: new Map() };
}

/** @param {Block} block @param {number} number @returns {{ column: Numbers, exact?: BigInt64Array }} */
function decoded({ columns, bytes }, number) {
  const { kind, count, at } = columns[number];
  const width = kind === 'f4' ? 4 : 8;
  const whole = new Uint8Array(count * width);
  for (let plane = 0; plane < width; plane += 1) {
    const from = at + plane * count;
    for (let i = 0; i < count; i += 1) whole[i * width + plane] = bytes[from + i];
  }
  if (kind === 'f4') return { column: new Float32Array(whole.buffer) };
  if (kind === 'f8') return { column: new Float64Array(whole.buffer) };
  const halves = new Uint32Array(whole.buffer);
  summed(halves);
  if (kind === 'd1') return { column: new Float64Array(whole.buffer) };
  summed(halves);
  const column = new Float64Array(count);
  let fine = true;
  for (let i = 0; i < count; i += 1) {
    column[i] = (halves[2 * i + 1] | 0) * 2 ** 32 + halves[2 * i];
    fine &&= Math.abs(column[i]) <= 2 ** 53;
  }
  return fine ? { column } : { column, exact: new BigInt64Array(whole.buffer) };
}

/** Sums of differences of 64 bits, in halves: without BigInt, which is fifty times slower. @param {Uint32Array} halves */
function summed(halves) {
  let low = 0;
  let high = 0;
  for (let i = 0; i < halves.length; i += 2) {
    const next = low + halves[i];
    high = (high + halves[i + 1] + (next > 0xffffffff ? 1 : 0)) >>> 0;
    low = next >>> 0;
    halves[i] = low;
    halves[i + 1] = high;
  }
}

/**
 * Each curve up to the first step that a later one of its run has too, as the server leaves them out.
 * @template {{ run: string, purged: boolean, steps: Numbers, exact?: BigInt64Array, wall_times: Numbers, values: Numbers, total: number }} C
 * @param {C[]} curves @returns {C[]}
 */
export function withoutCovered(curves) {
  /** @type {Map<string, number>} */
  const limits = new Map();
  return [...curves].reverse().map((curve) => {
    if (curve.purged || !curve.steps.length) return curve;
    const limit = limits.get(curve.run) ?? Infinity;
    const cut = curve.steps.findIndex((/** @type {number} */ step) => step >= limit);
    let lowest = limit;
    for (const step of curve.steps) if (step < lowest) lowest = step;
    limits.set(curve.run, lowest);
    if (cut < 0) return curve;
    const part = { steps: curve.steps.slice(0, cut), exact: curve.exact?.slice(0, cut), wall_times: curve.wall_times.slice(0, cut), values: curve.values.slice(0, cut) };
    return { ...curve, ...part, total: cut, covered: curve.total - cut };
  }).reverse();
}

/** @param {{ steps: Numbers, wall_times: Numbers, origin: number }} curve @param {string} axis @param {boolean} log @returns {[number, number] | null} */
function extentOf({ steps, wall_times: walls, origin }, axis, log) {
  let low = Infinity;
  let high = -Infinity;
  const column = axis === 'step' ? steps : walls;
  const taken = axis === 'relative' ? origin : 0;
  for (const value of column) {
    const x = value - taken;
    if (!Number.isFinite(x) || (log && x <= 0)) continue;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return low <= high ? [low, high] : null;
}

/** A value with as many digits as float32 needs, or float64. @param {Numbers} column @param {number} i */
function digits(column, i) {
  if (column instanceof Float64Array || !Number.isFinite(column[i])) return String(column[i]);
  for (let n = 6; n < 9; n += 1) {
    const text = column[i].toPrecision(n);
    if (Math.fround(Number(text)) === column[i]) return String(Number(text));
  }
  return String(Number(column[i].toPrecision(9)));
}

/** @param {string} text */
const cell = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** @param {{ run: string, tag: string, steps: (number | bigint)[], walls: Numbers, values: Numbers }[]} found */
function csvOf(found) {
  const pieces = ['run,tag,step,wall_time,value\n'];
  for (const { run, tag, steps, walls, values } of found) {
    const about = `${cell(run)},${cell(tag)},`;
    for (let from = 0; from < steps.length; from += CSV_ROWS) {
      pieces.push(steps.slice(from, from + CSV_ROWS).map((step, i) => `${about}${step},${walls[from + i]},${digits(values, from + i)}\n`).join(''));
    }
  }
  return pieces;
}

/** @param {{ run: string, tag: string, steps: (number | bigint)[], walls: Numbers, values: Numbers }[]} found */
function jsonOf(found) {
  const written = (/** @type {string} */ text) => (/^-?[\d.]/.test(text) ? text : JSON.stringify(text));
  const parts = found.map(({ run, tag, steps, walls, values }) => `{"run":${JSON.stringify(run)},"tag":${JSON.stringify(tag)},"steps":[${steps.join(',')}],`
    + `"wall_times":[${[...walls].map((wall) => written(String(wall))).join(',')}],"values":[${[...values].map((_, i) => written(digits(values, i))).join(',')}]}`);
  return [`[${parts.join(',\n')}]\n`];
}
