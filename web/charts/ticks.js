// Where to mark an axis, and what to write there.

import { formatDuration, formatStep, grouped } from '../lib/format.js';
import { say } from '../lib/say.js';

/**
 * Round numbers between low and high, about `count` of them.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
export function linearTicks(low, high, count) {
  if (!(high > low)) return [low];
  const step = niceStep((high - low) / Math.max(count, 1));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => round((first + i) * step, step));
}

/** @param {number} raw */
function niceStep(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  const part = raw / power;
  return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * power;
}

/** @param {number} value @param {number} step */
function round(value, step) {
  const digits = Math.max(0, Math.min(20, 1 - Math.floor(Math.log10(step))));
  return digits > 15 ? value : Number(value.toFixed(digits));
}

/**
 * Powers of ten, and where there are few of them 2 and 5 times those.
 * @param {number} low above 0
 * @param {number} high
 * @param {number} count
 */
export function logTicks(low, high, count) {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const decades = last - first;
  const factors = decades <= count / 2 ? [1, 2, 5] : [1];
  const skip = Math.max(1, Math.ceil(decades / Math.max(count, 1)));
  const found = [];
  for (let power = first; power <= last; power += skip) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) found.push(value);
    }
  }
  return found.length > 1 ? found : linearTicks(low, high, count);
}

const SPANS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
  86400, 172800, 604800];

/**
 * Round lengths of time.
 * @param {number} low seconds
 * @param {number} high
 * @param {number} count
 */
export function durationTicks(low, high, count) {
  const raw = (high - low) / Math.max(count, 1);
  if (raw < 1 || raw > SPANS[SPANS.length - 1]) return linearTicks(low, high, count);
  const step = SPANS.find((span) => span >= raw) ?? raw;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/**
 * Moments that are round in the reader's time zone.
 * @param {number} low seconds since 1970-01-01 UTC
 * @param {number} high
 * @param {number} count
 */
export function timeTicks(low, high, count) {
  const zone = new Date(low * 1000).getTimezoneOffset() * 60;
  return durationTicks(low - zone, high - zone, count).map((tick) => tick + zone);
}

const MOST_DIGITS = 17; // behind the point: float64 has no more

/**
 * Numbers of one axis, with the digits that tell them apart and no more.
 * @param {number[]} ticks
 */
export function tickLabels(ticks) {
  const sizes = ticks.map(Math.abs).filter((size) => size > 0);
  const largest = Math.max(...sizes, 0);
  const smallest = Math.min(...sizes, Infinity);
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : largest || 1;
  if (largest >= 1e6 || (largest < 1e-3 && largest > 0)) {
    return ticks.map((tick) => (tick === 0 ? '0' : scientific(tick)));
  }
  if (smallest < 1e-3 && smallest < step / 2) return ticks.map(plain);
  // Between numbers that float64 can hardly tell apart the step is nothing, or all of its digits.
  if (step === 0) return ticks.map(plain);
  const digits = Math.min(MOST_DIGITS, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return ticks.map((tick) => fixed(tick, digits));
}

/** As `toLocaleString` writes it, which costs much more. @param {number} tick @param {number} digits behind the point */
function fixed(tick, digits) {
  const [whole, part] = Math.abs(tick).toFixed(digits).split('.');
  return `${tick < 0 ? '−' : ''}${grouped(Number(whole))}${part ? `.${part}` : ''}`;
}

/** @param {number} tick */
function plain(tick) {
  if (tick === 0) return '0';
  return Math.abs(tick) < 1e-3 || Math.abs(tick) >= 1e6 ? scientific(tick) : String(tick);
}

/** @param {number} value */
function scientific(value) {
  const [number, power] = value.toExponential(3).split('e');
  return `${Number(number)}e${Number(power)}`.replaceAll('-', '−');
}

/** @typedef {'step' | 'relative' | 'wall' | 'active' | 'index' | 'tag'} Axis */

/** @type {Record<Axis, { room: number, ticks: (low: number, high: number, count: number) => number[], text: (ticks: number[], span: number) => string[] }>} */
const AXES = {
  step: { room: 64, ticks: wholeTicks, text: (ticks) => ticks.map(stepText) },
  index: { room: 64, ticks: wholeTicks, text: (ticks) => ticks.map(stepText) },
  relative: { room: 64, ticks: durationTicks, text: durationTexts },
  active: { room: 64, ticks: durationTicks, text: durationTexts },
  wall: { room: 110, ticks: timeTicks, text: (ticks, span) => ticks.map((at) => clock(at, span)) },
  tag: { room: 72, ticks: linearTicks, text: tickLabels },
};
const LOG_ROOM = 110; // pixels of a tick on a logarithmic axis

/**
 * Ticks and labels of an x axis.
 * @param {Axis} axis
 * @param {[number, number]} domain
 * @param {number} width pixels
 * @param {boolean} [log] logarithmic
 * @returns {{ at: number, text: string }[]}
 */
export function xTicks(axis, [low, high], width, log = false) {
  const { room, ticks, text } = AXES[axis];
  const count = Math.max(2, Math.floor(width / (log ? LOG_ROOM : room)));
  const found = log ? logTicks(low, high, count) : ticks(low, high, count);
  const texts = text(found, high - low);
  return found.map((at, i) => ({ at, text: texts[i] }));
}

/** Whole numbers; where there is none between low and high, as below one step, others. @param {number} low @param {number} high @param {number} count */
function wholeTicks(low, high, count) {
  const ticks = linearTicks(low, high, count);
  const whole = ticks.filter((at) => Number.isInteger(at));
  return whole.length ? whole : ticks;
}

/** @param {number[]} ticks */
function durationTexts(ticks) {
  const texts = ticks.map((at) => formatDuration(at) || say('unit.s', { n: 0 }));
  return new Set(texts).size < texts.length ? tickLabels(ticks).map((text) => say('unit.s', { n: text })) : texts;
}

/** @param {number} at */
function stepText(at) {
  return Math.abs(at) >= 1e6 ? short(at) : formatStep(at);
}

/** @param {number} step */
function short(step) {
  return Math.abs(step) >= 1e9 ? `${step / 1e9}G` : `${step / 1e6}M`;
}

/** @param {number} seconds @param {number} span */
function clock(seconds, span) {
  const text = new Date(seconds * 1000).toLocaleString('sv-SE');
  if (span > 5 * 86400) return text.slice(5, 10);
  return span > 86400 ? text.slice(5, 16) : span > 600 ? text.slice(11, 16) : text.slice(11, 19);
}
