// Finding names: by letters that are somewhere in them, or by a regular expression.
//
// Plain text is looked for word by word; each has to be found. Letters count when they stand side by
// side, or where a word of the name begins ("enblat" finds encoder/block/attention); one letter in
// four may have others before it. What is found more literally comes first.

import { say } from './say.js';

/**
 * @typedef {{ test: (name: string) => number, error: string }} Search
 *   test: how well a name is found, from 0 (worst) on; NaN if it is not. error: what is wrong with the text
 */

const EXACT = 1000;
const WORD = 800; // begins where a word of the name begins
const INSIDE = 600;
const SPREAD = 300;
const JUMP = 60; // of points for each letter that stands apart
const SKIPPED = 4; // letters of which one may stand apart
const SHORTEST = 2; // letters that may be spread

/**
 * @param {string} text
 * @param {boolean} regex whether the text is a regular expression
 * @returns {Search}
 */
export function createSearch(text, regex) {
  if (!regex) return { test: plain(text), error: '' };
  try {
    const pattern = new RegExp(text, 'i');
    return { test: (name) => (pattern.test(name) ? 0 : NaN), error: '' };
  } catch (error) {
    return { test: () => NaN, error: reasonOf(/** @type {Error} */ (error), text) };
  }
}

/** What is wrong with a regular expression. @param {Error} error @param {string} text */
function reasonOf(error, text) {
  const reason = error.message.slice(error.message.lastIndexOf(': ') + 2);
  return say('search.regex', { text, reason: `${reason.charAt(0).toLowerCase()}${reason.slice(1)}` });
}

/** @param {string} text @returns {(name: string) => number} */
function plain(text) {
  const words = folded(text).split(/\s+/).filter(Boolean);
  return (name) => {
    if (!words.length) return 0;
    const letters = folded(name);
    let points = 0;
    for (const word of words) points += pointsOf(word, letters, name);
    return points - name.length / 100; // of names found alike, the shorter one first; NaN stays NaN
  };
}

/** @param {string} text */
function folded(text) {
  return text.normalize('NFC').toLowerCase();
}

/** @param {string} word @param {string} letters of the name, folded @param {string} name @returns {number} NaN if it is not there */
function pointsOf(word, letters, name) {
  if (letters === word) return EXACT;
  let at = letters.indexOf(word);
  if (at >= 0) {
    for (; at >= 0; at = letters.indexOf(word, at + 1)) if (begins(letters, name, at)) return WORD;
    return INSIDE;
  }
  return word.length < SHORTEST ? NaN : spread(word, letters, name);
}

/** Whether a word of the name begins at `at`. @param {string} letters @param {string} name @param {number} at */
function begins(letters, name, at) {
  if (at === 0) return true;
  const before = letters[at - 1];
  if (/[^\p{L}\p{N}]/u.test(before)) return true;
  if (/\p{N}/u.test(letters[at]) !== /\p{N}/u.test(before)) return true;
  return letters.length === name.length && /\p{Lu}/u.test(name[at]) && !/\p{Lu}/u.test(name[at - 1]);
}

/**
 * The letters of the word in order, with as few as can be that stand apart.
 * @param {string} word @param {string} letters @param {string} name
 */
function spread(word, letters, name) {
  if (!inOrder(word, letters)) return NaN;
  const most = Math.floor(word.length / SKIPPED);
  // fewest[i]: jumps so far where the last letter taken was letters[i]
  let fewest = /** @type {number[]} */ ([]);
  for (let n = 0; n < word.length; n += 1) {
    /** @type {number[]} */
    const next = new Array(letters.length).fill(Infinity);
    let best = n === 0 ? 0 : Infinity; // of all places before i - 1
    for (let i = 0; i < letters.length; i += 1) {
      if (n > 0 && i > 1) best = Math.min(best, fewest[i - 2]);
      if (letters[i] !== word[n]) continue;
      const beside = n > 0 && i > 0 ? fewest[i - 1] : Infinity;
      next[i] = Math.min(beside, Math.min(best, beside) + (begins(letters, name, i) ? 0 : 1));
    }
    fewest = next;
  }
  const jumps = Math.min(...fewest);
  return jumps <= most ? SPREAD - jumps * JUMP : NaN;
}

/** @param {string} word @param {string} letters */
function inOrder(word, letters) {
  let at = -1;
  for (const letter of word) {
    at = letters.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}
