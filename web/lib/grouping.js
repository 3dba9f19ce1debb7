// Groups of runs: those that have the same hyper-parameters, all of some or all but some. Pure functions.
//
// What stands in a run's name beside hyper-parameters ("train" and "validation") tells runs apart too, where it is the
// same in several of them; it is called `WORDS` here.

import { formatValue } from './format.js';
import { compare } from './ordering.js';
import { wordsOf as read } from './run_names.js';
import { say } from './say.js';

/**
 * @typedef {import('./ordering.js').Value} Value
 * @typedef {{ by: string[] } | { but: string[] }} Grouping names of hyper-parameters
 * @typedef {{ id: string, name: string }} Run
 * @typedef {{ name: string, values: number, common: boolean }} Factor what runs may differ in, how many values it has, and whether all runs have
 *   one
 *
 * @typedef {object} Group
 * @property {string} id that no run has
 * @property {number} number its place among all groups, by when their first runs began
 * @property {string} label what tells it from the other groups
 * @property {string[]} ids of its runs, by when they began
 * @property {Map<string, Value>} values of what the groups are made by
 * @property {string[]} differs what else its runs differ in, in words
 */

export const WORDS = '(name)';
export const PREFIX = 'group:';

// What is only there to run the same again.
const REPEATS = /^(?:.*[._-])?(?:random_?)?(?:seed|rng|random_state|rand_state|replicate|replica|repeat|repetition|rep|trial|fold|replication)(?:_?(?:id|idx|no|nr|num|number))?$|^(?:rs|seeds|시드)$/i;
const LISTED = 4; // values that are told of what else differs

const MOST_KEPT = 50_000; // names
/** @type {Map<string, string>} */
const kept = new Map();

/** @param {string} name */
function wordsOf(name) {
  const known = kept.get(name);
  if (known !== undefined) return known;
  if (kept.size > MOST_KEPT) kept.clear();
  const found = read(name);
  kept.set(name, found);
  return found;
}

/** How a hyper-parameter is called. @param {string} name */
export const titleOf = (name) => (name === WORDS ? say('groups.words') : name);

/** The grouping that the URL holds; null for none, or for a link that was cut. @param {string | null} text @returns {Grouping | null} */
export function groupingIn(text) {
  try {
    const { by, but } = JSON.parse(text ?? '{}') ?? {};
    const isList = (/** @type {any} */ list) => Array.isArray(list) && list.every((name) => typeof name === 'string');
    if (isList(by) && by.length) return { by };
    return isList(but) ? { but } : null;
  } catch {
    return null;
  }
}

/** @param {Grouping | null} grouping */
export const writtenGrouping = (grouping) => grouping && JSON.stringify(grouping);

/**
 * What the runs may differ in: hyper-parameters, and the words in their names where these are no names of single runs.
 * @param {readonly Run[]} runs @param {readonly string[]} names @param {(run: any, name: string) => Value} valueOf
 * @returns {Factor[]} with more than one value
 */
export function factorsOf(runs, names, valueOf) {
  const found = names.map((name) => {
    const values = new Set(runs.map((run) => keyOf(valueOf(run, name))));
    return { name, values: values.size, common: !values.has(keyOf(null)) };
  });
  const words = new Set(runs.map(({ name }) => wordsOf(name))).size;
  if (words <= runs.length / 2) found.push({ name: WORDS, values: words, common: true });
  return found.filter(({ values }) => values > 1);
}

/**
 * Hyper-parameters that are there to run the same again: by their names, or else because their values are whole numbers
 * as nobody chooses them for anything else (1337, 839281).
 * @param {readonly Factor[]} factors @param {(name: string) => Iterable<Value>} valuesOf
 */
export function repeatsOf(factors, valuesOf) {
  const named = factors.filter(({ name }) => REPEATS.test(name));
  const found = named.length ? named : factors.filter(({ name }) => name !== WORDS && areDrawn([...valuesOf(name)]));
  return found.map(({ name }) => name);
}

/** @param {Value[]} values */
function areDrawn(values) {
  const odd = (/** @type {Value} */ value) => typeof value === 'number' && value > 1000 && value % 10 !== 0 && Math.log2(value) % 1 !== 0;
  return values.length > 1 && values.every((value) => Number.isInteger(value)) && values.filter(odd).length > values.length / 2;
}

/**
 * The grouping that runs suggest: all but what only runs them again; null where no two runs would share a group.
 * @param {readonly Run[]} runs @param {readonly Factor[]} factors @param {(run: any, name: string) => Value} valueOf
 * @returns {{ but: string[] } | null}
 */
export function suggestionOf(runs, factors, valueOf) {
  const but = repeatsOf(factors, (name) => new Set(runs.map((run) => valueOf(run, name))));
  const names = factors.map(({ name }) => name).filter((name) => !but.includes(name));
  const keys = new Set(runs.map((run) => keyOfRun(run, names, valueOf)));
  return keys.size < runs.length && (keys.size > 1 || but.length > 0) ? { but } : null;
}

/** The names that groups are made by. @param {Grouping} grouping @param {readonly Factor[]} factors */
export function namesOf(grouping, factors) {
  if ('by' in grouping) return grouping.by;
  return factors.map(({ name }) => name).filter((name) => !grouping.but.includes(name));
}

/**
 * @param {readonly Run[]} runs by when they began
 * @param {Grouping} grouping @param {readonly Factor[]} factors @param {(run: any, name: string) => Value} valueOf
 * @returns {Group[]} by when their first runs began
 */
export function groupsOf(runs, grouping, factors, valueOf) {
  const names = namesOf(grouping, factors);
  /** @type {Map<string, Run[]>} */
  const members = new Map();
  for (const run of runs) {
    const key = keyOfRun(run, names, valueOf);
    const some = members.get(key);
    if (some) some.push(run);
    else members.set(key, [run]);
  }
  const varying = names.filter((name) => factors.some((factor) => factor.name === name));
  const words = varying.includes(WORDS) ? shortWords([...members.values()].map(([{ name }]) => name)) : null;
  const ignored = new Set([...names, ...('but' in grouping ? grouping.but : factors.map(({ name }) => name).filter((name) => REPEATS.test(name)))]);
  const others = factors.map(({ name }) => name).filter((name) => !ignored.has(name));
  return [...members].map(([key, some], number) => {
    const values = new Map(names.map((name) => [name, valueIn(some[0], name, valueOf)]));
    const told = varying.map((name) => (name === WORDS ? words?.(some[0].name) : `${name} ${textOf(values.get(name))}`)).filter(Boolean);
    return { id: PREFIX + key, number, label: told.join(' · ') || say('groups.all'), ids: some.map(({ id }) => id), values, differs: others.flatMap((name) => differing(some, name, valueOf)) };
  });
}

/** @param {Run} run @param {string} name @param {(run: any, name: string) => Value} valueOf */
const valueIn = (run, name, valueOf) => (name === WORDS ? wordsOf(run.name) : valueOf(run, name) ?? null);

/** @param {Value} value */
const keyOf = (value) => (typeof value === 'number' ? String(value) : JSON.stringify(value ?? null));

/** @param {Run} run @param {readonly string[]} names @param {(run: any, name: string) => Value} valueOf */
function keyOfRun(run, names, valueOf) {
  return names.map((name) => `${name}=${keyOf(valueIn(run, name, valueOf))}`).join(',');
}

/** What runs differ in, in words; none if it is the same in all. @param {Run[]} runs @param {string} name @param {(run: any, name: string) => Value} valueOf */
function differing(runs, name, valueOf) {
  const values = new Map(runs.map((run) => valueIn(run, name, valueOf)).map((value) => [keyOf(value), value]));
  if (values.size < 2) return [];
  const words = name === WORDS ? shortWords(runs.map((run) => run.name)) : null;
  const texts = words ? [...new Set(runs.map((run) => words(run.name)))].sort() : [...values.values()].sort((a, b) => compare(a, b)).map(textOf);
  const more = texts.length > LISTED ? [say('groups.more', { n: texts.length - LISTED })] : [];
  return [`${titleOf(name)} (${[...texts.slice(0, LISTED), ...more].join(', ')})`];
}

/** @param {Value} value */
export function textOf(value) {
  if (value === null || value === undefined) return say('groups.nothing');
  return typeof value === 'number' ? formatValue(value, 6) : String(value);
}

/** Of names the words that not all of them have. @param {string[]} names */
function shortWords(names) {
  const split = (/** @type {string} */ name) => wordsOf(name).split(/[^\p{L}]+/u).filter(Boolean);
  const lists = names.map(split);
  const common = new Set(lists[0]?.filter((word) => lists.every((list) => list.includes(word))));
  return (/** @type {string} */ name) => split(name).filter((word) => !common.has(word)).join(' ') || wordsOf(name);
}

/**
 * A cell of a group: the value if all have the same one; else the mean of numbers that were measured. A mean of what
 * was chosen, as of seeds, is nothing.
 * @param {Value[]} values of its runs @param {string} column
 * @returns {{ value: Value, of: number, different: number }} of: how many numbers the mean is of; different: how many values
 */
export function cellOf(values, column) {
  const numbers = values.filter((value) => typeof value === 'number');
  const different = new Set(values.map(keyOf)).size;
  if (different === 1) return { value: values[0], of: numbers.length, different };
  if (!numbers.length || column.startsWith('param:') || numbers.length + values.filter((value) => value === null || value === undefined).length < values.length) return { value: null, of: 0, different };
  return { value: numbers.reduce((sum, value) => sum + value, 0) / numbers.length, of: numbers.length, different };
}
