// Everything that the page says comes from one table, in the reader's language: texts/en.js, in whose
// place the server's pack has the file of another language.
//
//     say('runs.none')                      'No runs'
//     say('count.run', { n: 2000 })         '2,000 runs': `n` chooses between one and other
//     parts('empty.path', { path: code })   the same with elements in it, for `h`

import { LANGUAGE, TEXTS } from '../texts/en.js';

const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 12 });

/** @typedef {typeof TEXTS} Texts */
/** @typedef {keyof Texts} Key */
/**
 * What another language's table is: the same keys.
 * @typedef {Record<Key, string | { one?: string, other: string }>} Table
 */
/**
 * The names in braces of a text.
 * @template T
 * @typedef {T extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never} Places
 */
/**
 * The names that a key's text has places for.
 * @template {Key} K
 * @typedef {Texts[K] extends { other: infer T } ? Places<T> : Places<Texts[K]>} PlacesOf
 */
/**
 * What is said with a key: nothing, or a value for each place.
 * @template {Key} K @template V
 * @typedef {[PlacesOf<K>] extends [never] ? [] : [Record<PlacesOf<K>, V>]} Values
 */

/**
 * A text in the reader's language; numbers in it are written as the language does.
 * @template {Key} K
 * @param {K} key @param {Values<K, string | number>} values
 */
export function say(key, ...values) {
  return filled(key, values[0] ?? {}).join('');
}

/**
 * The same in pieces, since some values may be elements.
 * @template {Key} K
 * @param {K} key @param {Values<K, string | number | Node>} values
 */
export function parts(key, ...values) {
  return filled(key, values[0] ?? {});
}

/** @param {Key} key @param {Record<string, any>} values */
function filled(key, values) {
  const text = /** @type {Table} */ (TEXTS)[key];
  const form = typeof text === 'string' ? text : text[plurals.select(Number(values.n)) === 'one' ? 'one' : 'other'] ?? text.other;
  return form.split(PLACE).map((piece, i) => (i % 2 ? shown(values[piece]) : piece)).filter((piece) => piece !== '');
}

/** @param {any} value */
function shown(value) {
  return typeof value === 'number' ? numbers.format(value).replace('-', '−') : value;
}

const PLACE = /\{(\w+)\}/;
