// A run's name where there is little room: its middle is left out, not its end.
//
// What tells the runs of a sweep apart is often at the end of long names.

import { h } from '../lib/dom.js';

const TAIL = 14; // Latin letters' widths that stay visible at the end of a long name
const WIDE = 0x1100; // Hangul and what follows take the room of two letters

/** @param {string} name */
export function runName(name) {
  return h('span', { class: 'run-name' }, parts(name).map((part) => h('span', null, part)));
}

/**
 * The whole name if it is short; else two parts, of which the first may be cut where the room ends.
 * @param {string} name
 * @returns {string[]}
 */
export function parts(name) {
  const characters = [...name];
  const widths = characters.map((character) => (character.charCodeAt(0) >= WIDE ? 2 : 1));
  if (widths.reduce((sum, width) => sum + width, 0) <= 2 * TAIL) return [name];
  let start = characters.length;
  for (let room = TAIL; start > 0 && room >= widths[start - 1]; start -= 1) room -= widths[start - 1];
  return [characters.slice(0, start).join(''), characters.slice(start).join('')];
}
