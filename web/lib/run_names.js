// Hyper-parameters that stand in the names of runs: lr3e-4_bs64_seed2, lr=0.1, batch 256, use-ema=true.
//
// With "=" anything is taken; without it a word and the number behind it. What is no choice of anybody's,
// such as the number of a try or a date, is left out.

/** @typedef {number | string | boolean} Value */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;
const WORD = /^[\p{L}][\p{L}.]*/u;
const BOUNDARY = /^(?:$|[\s/,;&_\-+:()[\]{}@])/;
const ENDS = /[/,;&()[\]{}]/; // what no value has in it

// Numbers behind these tell runs apart but were chosen by nobody.
const NO_NAMES = new Set(['run', 'exp', 'experiment', 'trial', 'version', 'v', 'try', 'test', 'job', 'id', 'epoch', 'step', 'model', 'part', 'sweep', 'group',
  'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec', 'e']);
// Second words of names that are written with a line between: weight_decay0.1.
const TAILS = new Set(['decay', 'rate', 'size', 'dim', 'layers', 'layer', 'heads', 'steps', 'epochs', 'norm', 'ratio', 'prob', 'units',
  'channels', 'width', 'depth', 'scale', 'clip', 'length', 'len', 'eps', 'factor']);
// First words of such names: num_layers4, use_ema=true.
const HEADS = new Set(['num', 'n', 'use', 'max', 'min', 'init', 'is', 'with', 'no',
  'base', 'peak', 'final', 'actor', 'critic']);
const MONTHS = /(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)#/g;

/**
 * The hyper-parameters in a run's name; where one is named twice the last counts.
 * @param {string} name
 * @returns {Map<string, Value>}
 */
export function paramsOf(name) {
  /** @type {Map<string, Value>} */
  const found = new Map();
  for (const folder of name.split('/')) for (const part of folder.split(/[,;&()[\]{}]/)) read(part.trim(), found);
  return found;
}

/**
 * What else stands in a run's name: with "#" for each value of a hyper-parameter and for each number, so that runs of
 * one sweep have it in common, and what was trained is told from what was validated.
 * @param {string} name
 */
export function wordsOf(name) {
  return name.split('/').map((folder) => {
    /** @type {string[]} */
    const kept = [];
    for (const part of folder.split(/[,;&()[\]{}]/)) read(part.trim(), new Map(), kept);
    return kept.join('').replace(/\p{N}+(?:\.\p{N}+)?/gu, '#').replace(/#(?:[^\p{L}#]*#)+/gu, '#').replace(MONTHS, '#');
  }).join('/');
}

/** @param {string} part @param {Map<string, Value>} found @param {string[]} [kept] takes what is no value, and "#" for what is */
function read(part, found, kept = []) {
  let rest = part;
  /** @type {string[]} words right before, that may belong to the next name */
  let before = [];
  while (rest) {
    const word = WORD.exec(rest)?.[0];
    if (!word) {
      const skipped = /^(?:[+-]?[\d.]+[\p{L}\d.]*|[^\p{L}\d]+)/u.exec(rest)?.[0] ?? rest[0];
      if (!/^[_-]$/.test(skipped)) before = [];
      rest = rest.slice(skipped.length);
      kept.push(skipped);
      continue;
    }
    rest = rest.slice(word.length);
    kept.push(word);
    const taken = valueBehind(rest);
    if (taken) {
      const key = keyOf(before, word);
      if (taken.equals || !NO_NAMES.has(key.toLowerCase())) found.set(key, taken.value);
      rest = rest.slice(taken.length);
      kept.push('#');
      before = [];
    } else {
      before.push(word);
      const digits = /^\d+[\p{L}\d]*/u.exec(rest)?.[0] ?? ''; // a word such as h5py, a hash: no number follows
      if (digits) before = [];
      rest = rest.slice(digits.length);
      kept.push(digits);
    }
  }
}

/** @param {string} rest */
function valueBehind(rest) {
  const equals = /^\s*=\s*/.exec(rest)?.[0];
  if (equals !== undefined) {
    const text = textBehind(rest.slice(equals.length));
    return text ? { equals: true, value: valueOf(text), length: equals.length + text.length } : null;
  }
  const joint = /^[\s_:-]?/.exec(rest)?.[0] ?? '';
  const number = NUMBER.exec(rest.slice(joint.length))?.[0];
  const length = joint.length + (number?.length ?? 0);
  return number && BOUNDARY.test(rest.slice(length)) ? { equals: false, value: Number(number), length } : null;
}

/** What stands behind "=": up to a space, or to a "_" behind which another name with a value comes. @param {string} rest */
function textBehind(rest) {
  const number = NUMBER.exec(rest)?.[0];
  if (number && BOUNDARY.test(rest.slice(number.length))) return number;
  const end = rest.search(/[\s,;&]/);
  const text = end < 0 ? rest : rest.slice(0, end);
  const next = /_([\p{L}.]+)(?:=|\d)/u.exec(text);
  if (!next) return text;
  const before = text.lastIndexOf('_', next.index - 1);
  return text.slice(0, TAILS.has(next[1].toLowerCase()) && before > 0 ? before : next.index);
}

/** @param {string[]} before @param {string} word */
function keyOf(before, word) {
  const words = [word];
  const last = before.at(-1);
  if (last !== undefined && (TAILS.has(word.toLowerCase()) || HEADS.has(last.toLowerCase()))) words.unshift(last);
  const first = before.at(-2);
  if (words.length === 2 && first !== undefined && HEADS.has(first.toLowerCase())) words.unshift(first);
  return words.join('_');
}

/** @param {string} text @returns {Value} */
export function valueOf(text) {
  if (/^(?:true|yes)$/i.test(text)) return true;
  if (/^(?:false|no)$/i.test(text)) return false;
  const number = NUMBER.exec(text)?.[0];
  return number === text ? Number(text) : text;
}
