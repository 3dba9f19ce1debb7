// A run's name where there is little room: its middle is left out, not its end.
//
// What tells the runs of a sweep apart is often at the end of long names.

import { h } from '../lib/dom.js';

const TAIL = 14; // Latin letters' widths that stay visible at the end of a long name
const WIDE = 0x1100; // Hangul and what follows take the room of two letters

/** @param {string} name @param {number} [tail] Latin letters' widths that stay visible at its end */
export function runName(name, tail = TAIL) {
  return h('span', { class: 'run-name' }, parts(name, tail).map((part) => h('span', null, part)));
}

/**
 * The whole name if it is short; else two parts, of which the first may be cut where the room ends.
 * @param {string} name
 * @param {number} [tail]
 * @returns {string[]}
 */
export function parts(name, tail = TAIL) {
  const characters = [...name];
  const widths = characters.map((character) => (character.charCodeAt(0) >= WIDE ? 2 : 1));
  if (widths.reduce((sum, width) => sum + width, 0) <= 2 * tail) return [name];
  let start = characters.length;
  for (let room = tail; start > 0 && room >= widths[start - 1]; start -= 1) room -= widths[start - 1];
  return [characters.slice(0, start).join(''), characters.slice(start).join('')];
}
