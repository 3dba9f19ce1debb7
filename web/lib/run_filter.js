// What is typed into the filter of runs: a text, a regular expression or an expression, and whether a run
// matches it. Which of the three it is shows in the page, and can be chosen there.

import { ExpressionError, parse, reasonOf } from './expression.js';
import { say } from './say.js';

/**
 * @typedef {'text' | 'regex' | 'expression'} Mode
 * @typedef {import('./expression.js').Get} Get
 * @typedef {object} Filter
 * @property {string} text
 * @property {Mode} mode
 * @property {((name: string, get: Get) => boolean) | null} test null if the text cannot be read
 * @property {Set<string>} columns that the test looks at
 * @property {import('./expression.js').Mistake | null} mistake
 */

/** @type {Mode[]} */
export const MODES = ['text', 'regex', 'expression'];

// What comparisons have and names of runs do not; "=" only with spaces around it, as lr=0.1 is a name.
const COMPARES = [/[<>~]|!=|==|\s=\s/, /[\p{L}_`]\S*\s+(?:not\s+)?in\s*\(/u, /^\s*[\p{L}_`]\S*\s+(?:not\s+)?in\s/u, /\b(?:last|min|max)(?:_step)?\(/, /^\s*not\s+[\p{L}_`]/u];
const META = /[\\^$*+?|[\]{}]|\(.*\)/;

/**
 * What a text most likely is.
 * @param {string} text
 * @returns {Mode}
 */
export function modeOf(text) {
  if (COMPARES.some((sign) => sign.test(text))) return 'expression';
  return META.test(text) ? 'regex' : 'text';
}

/**
 * @param {string} text
 * @param {Mode | null} chosen null: as the text looks
 * @param {(name: string) => string | null} columnOf
 * @param {(name: string) => string} suggest
 * @returns {Filter}
 */
export function readFilter(text, chosen, columnOf, suggest) {
  const mode = chosen ?? modeOf(text);
  const filter = { text, mode, columns: new Set(), mistake: null };
  if (!text.trim()) return { ...filter, test: () => true };
  try {
    if (mode === 'text') {
      const wanted = text.trim().toLowerCase();
      return { ...filter, test: (name) => name.toLowerCase().includes(wanted) };
    }
    if (mode === 'regex') {
      const pattern = new RegExp(text, 'i');
      return { ...filter, test: (name) => pattern.test(name) };
    }
    const { test, columns } = parse(text, columnOf, suggest);
    return { ...filter, columns, test: (_, get) => test(get) };
  } catch (error) {
    return { ...filter, test: null, mistake: error instanceof ExpressionError ? error : regexMistake(text, error) };
  }
}

/**
 * Where a regular expression is wrong: the browser does not say, so it is looked for. It is right behind
 * the longest beginning that can be completed, or at the bracket that nothing closes.
 * @param {string} text @param {unknown} error
 */
function regexMistake(text, error) {
  const message = say('mistake.regex', { reason: reasonOf(error) });
  const open = unclosed(text);
  if (open >= 0) return { at: open, length: text.length - open, message };
  for (let end = 1; end <= text.length; end += 1) {
    if (!canBegin(text.slice(0, end))) return { at: end - 1, length: 1, message };
  }
  return { at: 0, length: text.length, message };
}

/** @param {string} start */
function canBegin(start) {
  return [start, `${start}\\`, ...[')', '))', ')))', ']', '])', '}'].map((end) => start + end)].some((text) => {
    try {
      return Boolean(new RegExp(text));
    } catch {
      return false; // which is the answer
    }
  });
}

/** The place of the last bracket that is open, -1 if none is. @param {string} text */
function unclosed(text) {
  /** @type {number[]} */
  const open = [];
  let inClass = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (inClass && text[at] === ']') open.pop(), (inClass = false);
    else if (!inClass && text[at] === '[') open.push(at), (inClass = true);
    else if (!inClass && text[at] === '(') open.push(at);
    else if (!inClass && text[at] === ')') open.pop();
  }
  return open.pop() ?? -1;
}
