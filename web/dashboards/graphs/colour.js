// Colours nodes by a number or a word: an ordered scale, or one colour a word.

import { say } from '../../lib/say.js';

/**
 * @typedef {{ fill: string, stroke: string }} Paint
 * @typedef {object} Colouring
 * @property {string} title
 * @property {string} unit
 * @property {{ label: string, fill: string, stroke: string }[]} labels
 * @property {{ low: number, high: number } | null} bounds
 * @property {string} gradient CSS of the scale
 * @property {(value: number | string | undefined) => Paint | null} paint
 */

// Hues far apart in OKLCH; fill and stroke get their lightness from the theme.
const HUES = [255, 45, 145, 310, 95, 190, 20, 225, 125, 340, 70, 280];
const THEMES = { light: { fill: [0.92, 0.055], stroke: [0.55, 0.12] }, dark: { fill: [0.33, 0.06], stroke: [0.7, 0.11] } };
// From little to much, readable under dark text on light and light text on dark.
const SCALES = {
  light: [[0.97, 0.02, 95], [0.9, 0.09, 85], [0.8, 0.13, 55], [0.7, 0.17, 30]],
  dark: [[0.26, 0.02, 260], [0.36, 0.08, 300], [0.44, 0.13, 345], [0.52, 0.16, 25]],
};
const MOST_LABELS = 12; // words with a colour of their own; the others share one

/** @param {number} l @param {number} c @param {number} hue */
const oklch = (l, c, hue) => `oklch(${l.toFixed(3)} ${c.toFixed(3)} ${hue.toFixed(1)})`;

/**
 * One colour for each word.
 * @param {string} title @param {string[]} words the same order gives the same colours @param {'light' | 'dark'} theme
 * @returns {Colouring}
 */
export function byWord(title, words, theme) {
  const { fill, stroke } = THEMES[theme];
  const paints = new Map(words.slice(0, MOST_LABELS).map((word, i) => [word, { fill: oklch(fill[0], fill[1], HUES[i]), stroke: oklch(stroke[0], stroke[1], HUES[i]) }]));
  const others = { fill: oklch(fill[0], 0.005, 260), stroke: oklch(stroke[0], 0.01, 260) };
  const labels = [...paints].map(([label, paint]) => ({ label: label || say('colour.unknown'), ...paint }));
  const more = words.length - labels.length;
  return {
    title, unit: '', bounds: null, gradient: '', labels: more > 0 ? [...labels, { label: say('colour.others', { n: more }), ...others }] : labels,
    paint: (value) => (typeof value === 'string' ? (paints.get(value) ?? others) : null),
  };
}

/**
 * A scale from the lowest to the highest number.
 * @param {string} title @param {string} unit @param {number} low @param {number} high @param {'light' | 'dark'} theme
 * @returns {Colouring}
 */
export function byNumber(title, unit, low, high, theme) {
  const stops = SCALES[theme];
  const at = (/** @type {number} */ share) => {
    const place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
    const i = Math.min(stops.length - 2, Math.floor(place));
    return stops[i].map((from, k) => from + (stops[i + 1][k] - from) * (place - i));
  };
  return {
    title, unit, bounds: { low, high }, labels: [], gradient: `linear-gradient(to right, ${stops.map(([l, c, hue]) => oklch(l, c, hue)).join(', ')})`,
    paint(value) {
      if (typeof value !== 'number' || !Number.isFinite(value)) return null;
      const [l, c, hue] = at(high > low ? (value - low) / (high - low) : 1);
      return { fill: oklch(l, c, hue), stroke: oklch(theme === 'light' ? l - 0.3 : l + 0.22, c, hue) };
    },
  };
}

/** What the picker offers. */
export const COLOURINGS = /** @type {[string, string][]} */ ([['', say('colour.kind')], ['structure', say('colour.structure')], ['device', say('colour.device')], ['op', say('colour.op')], ['compute', say('colour.compute')], ['memory', say('colour.memory')], ['size', say('colour.size')], ['value', say('colour.value')]]);

/**
 * The colouring that answers of api/graphs/values describe.
 * @param {string} title @param {any} answer @param {'light' | 'dark'} theme
 */
export function colouringOf(title, answer, theme) {
  const values = Object.values(answer.values);
  if (values.some((value) => typeof value === 'number') || typeof answer.high === 'number') {
    const numbers = values.filter((value) => typeof value === 'number');
    return byNumber(title, answer.unit ?? '', answer.low ?? Math.min(0, ...numbers), answer.high ?? Math.max(0, ...numbers), theme);
  }
  return byWord(title, answer.labels ?? [...new Set(values)].sort(), theme);
}
