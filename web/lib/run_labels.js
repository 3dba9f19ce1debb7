// Short names of runs, for lines in a chart: without the folders that all of them lie in.

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
