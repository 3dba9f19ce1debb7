// Colours by a value of the runs instead of by the run: numbers get a scale in their order, texts the
// colours of the palette.

import { DASHES, NO_VALUE, PALETTE, scaleColour } from './colours.js';
import { formatValue } from './format.js';
import { compare } from './ordering.js';

/**
 * @typedef {import('./ordering.js').Value} Value
 * @typedef {import('./colours.js').Light} Light
 * @typedef {{ value: Value, label: string, color: string, count: number }} Entry
 * @typedef {{ ordered: boolean, entries: Entry[], of: (id: string) => import('./colours.js').Style }} Colouring
 */

/**
 * @param {readonly string[]} ids in the order of their numbers
 * @param {(id: string) => Value} valueOf
 * @param {Light} light
 * @returns {Colouring}
 */
export function colouringOf(ids, valueOf, light) {
  /** @type {Map<Value, string[]>} */
  const groups = new Map();
  for (const id of ids) {
    const value = valueOf(id) ?? null;
    const group = groups.get(value);
    if (group) group.push(id);
    else groups.set(value, [id]);
  }
  const values = [...groups.keys()].sort((a, b) => compare(a, b));
  const isNumber = (/** @type {Value} */ value) => typeof value === 'number' && !Number.isNaN(value);
  const numbers = values.filter(isNumber);
  const present = values.filter((value) => value !== null && !Number.isNaN(value));
  const ordered = numbers.length > 0 && numbers.length === present.length;
  const colourOf = (/** @type {Value} */ value) => {
    const place = present.indexOf(value);
    if (place < 0) return NO_VALUE[light];
    // by its place among the values there are, so that 1e-5, 1e-4 and 1e-1 are as far apart as 1, 2 and 3
    return ordered ? scaleColour(present.length > 1 ? place / (present.length - 1) : 0.5, light) : PALETTE[light][place % PALETTE[light].length];
  };
  /** @type {Map<string, import('./colours.js').Style>} */
  const styles = new Map();
  const entries = values.map((value) => {
    const color = colourOf(value);
    const members = groups.get(value) ?? [];
    members.forEach((id, n) => styles.set(id, { color, dash: DASHES[n % DASHES.length] }));
    return { value, label: labelOf(value), color, count: members.length };
  });
  const nothing = { color: NO_VALUE[light], dash: DASHES[0] };
  return { ordered, entries, of: (id) => styles.get(id) ?? nothing };
}

/** @param {Value} value */
function labelOf(value) {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'number' ? formatValue(value) : String(value);
}
