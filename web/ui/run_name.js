// A run's name where there is little room: its middle is left out, not its end.
//
// What tells the runs of a sweep apart is often at the end of long names.

import { h } from '../lib/dom.js';
import { distinctOf } from '../lib/run_labels.js';

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
  const widths = characters.map(letters);
  if (widthOf(name) <= 2 * tail) return [name];
  let start = characters.length;
  for (let room = tail; start > 0 && room >= widths[start - 1]; start -= 1) room -= widths[start - 1];
  return [characters.slice(0, start).join(''), characters.slice(start).join('')];
}

/** @param {string} character */
const letters = (character) => (character.charCodeAt(0) >= WIDE ? 2 : 1);

/** The room that a name takes, in Latin letters' widths, about. @param {string} name */
export const widthOf = (name) => [...name].reduce((sum, character) => sum + letters(character), 0);

/**
 * Some names as they tell each other apart, if one of them is too long to stand whole.
 * @param {readonly string[]} names
 * @returns {(name: string) => string}
 */
export function apart(names) {
  return names.some((name) => widthOf(name) > 2 * TAIL) ? distinctOf(names) : (name) => name;
}
