// What a curve does, in sentences of the reader's language; in English the same as api/scalars/words and
// `neuronboard show` say. The numbers come from there.

import { say } from './say.js';

/**
 * @typedef {[number, number | string]} Point step and value; NaN and infinities are strings
 * @typedef {object} Trend of api/scalars/words
 * @property {number} total
 * @property {Point} first
 * @property {Point} last
 * @property {Point | null} lowest
 * @property {Point | null} highest
 * @property {['falls' | 'rises' | 'level', Point, Point][]} pieces
 * @property {number} not_finite
 * @property {Point | null} first_not_finite
 */

const DIGITS = 4; // as many as one can hear

/** @param {Trend | null} trend */
export function sentences(trend) {
  if (!trend) return say('words.none');
  const { total, first: [from], last, lowest, highest, pieces, not_finite: n, first_not_finite: bad } = trend;
  const points = say('count.point', { n: total });
  const [to] = last;
  return [
    from === to ? say('words.step', { points, step: from }) : say('words.steps', { points, from, to }),
    pieces.length > 0 && movement(pieces),
    say('words.last', about(last)),
    lowest && highest && total > 1 && say('words.extremes', { lowest: say('value.at', about(lowest)), highest: say('value.at', about(highest)) }),
    bad && say('words.bad', { n, step: bad[0] }),
  ].filter(Boolean).join(' ');
}

/** @param {Point} point */
const about = ([step, value]) => ({ value: heard(value), step });

/** @param {Trend['pieces']} pieces */
function movement(pieces) {
  const parts = pieces.map(([direction, [, start], [step, end]], i) => {
    const isLast = i === pieces.length - 1;
    const ends = { start: heard(start), end: heard(end) };
    if (direction === 'level') return isLast ? say('words.level', { end: ends.end }) : say('words.level.to', { end: ends.end, step });
    return isLast ? say(`words.${direction}`, ends) : say(`words.${direction}.by`, { ...ends, step });
  });
  const text = parts.join(say('words.then'));
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A value with four digits. @param {number | string} value */
export function heard(value) {
  if (value === 'NaN') return 'NaN';
  if (typeof value === 'string') return say(value === 'Infinity' ? 'words.infinity' : 'words.minus.infinity');
  const [digits, exponent] = rounded(value).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < DIGITS) return trimmed(Number(`${digits}e${exponent}`).toPrecision(DIGITS));
  return `${trimmed(digits)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** What lies in the middle goes to the even digit, as in Python; JavaScript's own goes up. @param {number} value */
function rounded(value) {
  const up = value.toExponential(DIGITS - 1);
  const exact = value.toExponential(60);
  return /^-?\d\.\d{3}50*e/.test(exact) && /[13579]e/.test(up) ? exact.replace(/(\.\d{3})\d*/, '$1') : up;
}

/** @param {string} number */
const trimmed = (number) => (number.includes('.') ? number.replace(/\.?0+$/, '') : number);
