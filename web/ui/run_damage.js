// What could not be read of a run, in words for its row.

import { say } from '../lib/say.js';

/**
 * @param {readonly import('../app/types.js').Problem[]} problems
 * @returns {Map<string, string>} by run id
 */
export function damageOf(problems) {
  /** @type {Map<string, import('../app/types.js').Problem[]>} */
  const byRun = new Map();
  for (const problem of problems) {
    if (problem.run !== null) byRun.set(problem.run, [...(byRun.get(problem.run) ?? []), problem]);
  }
  return new Map([...byRun].map(([run, some]) => [run, said(some)]));
}

/** @param {import('../app/types.js').Problem[]} problems of a run */
function said(problems) {
  const [{ message, path, offset, skipped }] = problems;
  const file = path.slice(path.lastIndexOf('/') + 1);
  const first = skipped ? say('runs.damaged.bytes', { bytes: skipped, file, offset, message }) : `${file}: ${message}`;
  return problems.length > 1 ? say('runs.damaged.more', { first, n: problems.length - 1 }) : first;
}
