// Short names of runs: without the folders that all of them lie in, and, where there is little room,
// without what they begin and end with alike.

import { say } from './say.js';

/**
 * @param {readonly string[]} names
 * @returns {(name: string) => string}
 */
export function labelsOf(names) {
  const common = commonFolder(names);
  return (name) => (name === '.' ? say('runs.root.short') : name.startsWith(common) ? name.slice(common.length) : name);
}

/** @param {readonly string[]} names */
function commonFolder(names) {
  if (names.length < 2) return '';
  let common = names[0].slice(0, names[0].lastIndexOf('/') + 1);
  for (const name of names) {
    while (!name.startsWith(common)) common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1);
  }
  return common;
}

// Where a name may be cut. Not at "-" and "=", which stand inside of values: lr=1e-3.
const PARTS = /[/_,; ·]/;

/**
 * What tells some names apart: whole parts that all of them begin or end with are left out, and "…"
 * stands for them, but for folders.
 * @param {readonly string[]} names
 * @returns {(name: string) => string} of one of the names
 */
export function distinctOf(names) {
  const [first = ''] = names;
  if (new Set(names).size < 2) return (name) => name;
  let before = first.length;
  let after = first.length;
  for (const name of names) {
    before = Math.min(before, alike(first, name, (text, i) => text[i]));
    after = Math.min(after, alike(first, name, (text, i) => text[text.length - 1 - i]));
  }
  while (before > 0 && !PARTS.test(first[before - 1])) before -= 1;
  after = Math.min(after, ...names.map((name) => name.length - before));
  while (after > 0 && !PARTS.test(first[first.length - after])) after -= 1;
  const folder = first[before - 1] === '/' || before === 0;
  return (name) => {
    const middle = name.slice(before, Math.max(before, name.length - after));
    return middle ? `${folder ? '' : '…'}${middle}${after ? '…' : ''}` : name;
  };
}

/** How many characters two texts have alike, one by one. @param {string} a @param {string} b @param {(text: string, i: number) => string | undefined} at */
function alike(a, b, at) {
  let n = 0;
  while (n < a.length && at(a, n) === at(b, n)) n += 1;
  return n;
}
