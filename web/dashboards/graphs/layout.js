// Asks the worker for layouts; with a limit, never twice for the same group, and given up when the
// picture that it was for is not wanted any more.

import { say } from '../../lib/say.js';

const LIMIT = 20000; // ms that one group may take
const KEPT = 400; // layouts

export class Cancelled extends Error {}

/** @typedef {import('../../lib/layered/index.js').Layout} Layout */

export function createLayouter() {
  const start = () => new Worker(new URL('../../workers/layout.js', import.meta.url), { type: 'module' });
  /** @type {Worker | null} at once, so that it loads while the first group is asked for */
  let worker = start();
  /** @type {Map<string, Layout>} */
  const cache = new Map();
  /** @type {((error: Error) => void) | null} of the question that is being answered */
  let stop = null;
  let id = 0;

  /** @param {object} input @param {(layout: Layout) => void} resolve @param {(error: Error) => void} reject */
  function send(input, resolve, reject) {
    const running = (worker ??= start());
    id += 1;
    const mine = id;
    const timer = setTimeout(() => stop?.(new Error(say('graph.slow'))), LIMIT);
    stop = (error) => {
      clearTimeout(timer);
      running.terminate();
      [worker, stop] = [null, null];
      reject(error);
    };
    running.onerror = (event) => stop?.(new Error(say('graph.broken', { reason: event.message })));
    running.onmessage = ({ data }) => {
      if (data.id !== mine) return;
      clearTimeout(timer);
      stop = null;
      resolve(data.layout);
    };
    running.postMessage({ id: mine, ...input });
  }
  return {
    /** @param {object} input as `layoutOf` takes it @returns {Promise<Layout>} rejects with `Cancelled` */
    ask(input) {
      const key = JSON.stringify(input);
      const known = cache.get(key);
      if (known) return Promise.resolve(known);
      return new Promise((resolve, reject) => send(input, (layout) => {
        cache.set(key, layout);
        if (cache.size > KEPT) cache.delete(/** @type {string} */ (cache.keys().next().value));
        resolve(layout);
      }, reject));
    },
    /** Gives up what is being laid out. */
    cancel: () => stop?.(new Cancelled('not wanted any more')),
    destroy: () => worker?.terminate(),
  };
}
