// Numbers and times for people.

import { say } from './say.js';

/**
 * A value with at most `digits` significant digits: 0.0044996, 1.2e-9, 12,345.
 * @param {number} value
 * @param {number} [digits]
 */
export function formatValue(value, digits = 5) {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return minus(trim(value.toExponential(digits - 1)));
  if (Number.isInteger(value)) return minus(grouped(value));
  return minus(trim(value.toPrecision(digits)));
}

/** @param {string} text */
function trim(text) {
  const [number, exponent] = text.split('e');
  const short = number.includes('.') ? number.replace(/\.?0+$/, '') : number;
  return exponent === undefined ? short : `${short}e${exponent.replace('+', '')}`;
}

/** An integer below 2^53, as `toLocaleString` writes it, which costs much more. @param {number} value */
export function grouped(value) {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** @param {string} text */
function minus(text) {
  return text.replace('-', '−').replace('e-', 'e−');
}

/**
 * A step, whole.
 * @param {number} step
 */
export function formatStep(step) {
  return Number.isSafeInteger(step) ? minus(grouped(step)) : Number.isInteger(step) ? minus(step.toLocaleString('en-US')) : formatValue(step);
}

/**
 * A length of time: 0.40 s, 12 s, 3 m 20 s, 2 h 5 m, 3 d 4 h.
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  if (!Number.isFinite(seconds)) return formatValue(seconds);
  const sign = seconds < 0 ? '−' : '';
  const size = Math.abs(seconds);
  if (size < 10) return sign + say('unit.s', { n: trim(size.toPrecision(3)) });
  const units = /** @type {['unit.d' | 'unit.h' | 'unit.m' | 'unit.s', number][]} */ ([['unit.d', 86400], ['unit.h', 3600], ['unit.m', 60], ['unit.s', 1]]);
  let rest = Math.round(size);
  const parts = [];
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count && parts.length < 2) parts.push(say(unit, { n: count }));
  }
  return sign + parts.join(' ');
}

/**
 * A moment, in the reader's time zone.
 * @param {number} seconds since 1970-01-01 UTC
 */
export function formatTime(seconds) {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? formatValue(seconds) : date.toLocaleString('sv-SE');
}

/**
 * @param {number} bytes
 */
export function formatBytes(bytes) {
  const units = ['KB', 'MB', 'GB', 'TB'];
  let index = -1;
  while (bytes >= 1000 && index < units.length - 1) {
    bytes /= 1000;
    index += 1;
  }
  return index < 0 ? say('count.byte', { n: bytes }) : `${bytes.toPrecision(3)} ${units[index]}`;
}
