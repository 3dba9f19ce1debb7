// Asks about one graph: which run's, or a file's that was dropped; what was answered is kept.

import { readGroup } from './answers.js';

/**
 * @typedef {{ run: string | null, graph: string | null }} Chosen graph: null for a run's newest
 * @typedef {{ graph: string, kind: string, tag: string, step: number, wall_time: number, bytes: number }} Written
 * @typedef {ReturnType<typeof createSource>} Source
 */

/**
 * @param {import('../../app/api.js').Api} api @param {Chosen} chosen @param {string | null} against run and graph that it is compared with, as the server takes them
 */
export function createSource(api, chosen, against) {
  const which = { run: chosen.run ?? undefined, graph: chosen.graph ?? undefined };
  const [otherRun, otherGraph] = against === null ? [undefined, undefined] : splitLast(against);
  const other = { against_run: otherRun, against: otherGraph };
  const aborting = new AbortController();
  /** @type {Map<string, Promise<import('./answers.js').Group>>} */
  const groups = new Map();
  /** @type {Map<string, import('./answers.js').Group>} */
  const known = new Map();
  /** What only the graph has that it is compared with, that one tells. @param {string} question @param {Record<string, string | undefined>} [more] */
  const ask = (question, more = {}) => api.get(`api/graphs/${question}`, { ...which, ...other, ...more }, aborting.signal);
  /** @type {Map<string, Promise<any>>} */
  const nodes = new Map();
  return {
    chosen,
    against,
    ask,
    known,
    /** The URL of a file about the graph. @param {string} question @param {Record<string, string>} [more] */
    url: (question, more = {}) => api.url(`api/graphs/${question}`, { ...which, ...more }),
    /** @param {string} path */
    group(path) {
      const asked = groups.get(path);
      if (asked) return asked;
      const answer = ask('group', { path: path || undefined }).then((found) => {
        const group = readGroup(found);
        known.set(path, group);
        return group;
      });
      groups.set(path, answer);
      answer.catch(() => groups.delete(path));
      return answer;
    },
    /** What is known of a node or group; asked once. @param {string} path */
    node(path) {
      const asked = nodes.get(path);
      if (asked) return asked;
      const answer = ask('node', { path });
      nodes.set(path, answer);
      answer.catch(() => nodes.delete(path));
      return answer;
    },
    destroy: () => aborting.abort(),
  };
}

/** "run,graph" apart: a run's name may hold commas. @param {string} text */
export function splitLast(text) {
  const at = text.lastIndexOf(',');
  return [text.slice(0, at), text.slice(at + 1)];
}
