// The words of an expression: numbers, texts, names and signs, each with its place.

import { say } from './say.js';

/**
 * @typedef {object} Token
 * @property {'number' | 'text' | 'name' | 'word' | 'sign' | 'end'} type name: in backticks, which any column may stand in
 * @property {string} text as written
 * @property {number | string} value
 * @property {number} at
 * @property {number} length
 */

// Behind a number: 2h, 30m, 10k.
/** @type {Record<string, number>} */
const UNITS = { s: 1, m: 60, h: 3600, d: 86400, k: 1e3, M: 1e6 };

/** @type {[Token['type'] | 'space', RegExp][]} */
const KINDS = [
  ['space', /\s+/y],
  ['number', /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:[smhdkM](?![\p{L}\p{N}_]))?(?![\p{L}\p{N}_/.])/yu],
  ['text', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y],
  ['name', /`[^`]+`/y],
  ['sign', /<=|>=|!=|==|!~|[<>=~(),]/y],
  ['word', /[\p{L}\p{N}_][\p{L}\p{N}_./-]*/yu],
];

/**
 * @param {string} text
 * @param {(at: number, length: number, message: string) => Error} mistake
 * @returns {Token[]} with one of type "end" behind them
 */
export function tokensOf(text, mistake) {
  /** @type {Token[]} */
  const found = [];
  for (let at = 0; at < text.length;) {
    const [type, written] = tokenAt(text, at) ?? [];
    if (!type || written === undefined) throw mistake(at, ...unreadable(text.slice(at)));
    if (type !== 'space') found.push({ type, text: written, value: valueOf(type, written), at, length: written.length });
    at += written.length;
  }
  found.push({ type: 'end', text: '', value: '', at: text.trimEnd().length, length: 0 });
  return found;
}

/** @param {string} text @param {number} at @returns {[Token['type'] | 'space', string] | null} */
function tokenAt(text, at) {
  for (const [type, pattern] of KINDS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return [type, match[0]];
  }
  return null;
}

/** @param {string} rest @returns {[number, string]} */
function unreadable(rest) {
  if ('"\'`'.includes(rest[0])) return [rest.length, say('mistake.closing', { sign: rest[0] })];
  if (rest[0] === '!') return [1, say('mistake.not')];
  if (rest[0] === '&' || rest[0] === '|') return [1, say('mistake.expected', { expected: rest[0] === '&' ? '“and”' : '“or”', found: `“${rest[0]}”` })];
  return [1, say('mistake.expected', { expected: say('mistake.thing'), found: `“${rest[0]}”` })];
}

/** @param {Token['type']} type @param {string} written */
function valueOf(type, written) {
  if (type === 'number') {
    const unit = UNITS[written.at(-1) ?? ''];
    return unit ? Number(written.slice(0, -1)) * unit : Number(written);
  }
  if (type === 'text') return written.slice(1, -1).replace(/\\(["'\\])/g, '$1');
  return type === 'name' ? written.slice(1, -1) : written;
}
