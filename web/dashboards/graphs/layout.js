// Asks the worker for layouts; one at a time, with a limit, and never twice for the same group.

const LIMIT = 15000; // ms that one group may take

export function createLayouter() {
  const start = () => new Worker(new URL('../../workers/layout.js', import.meta.url), { type: 'module' });
  /** @type {Worker | null} at once, so that it loads while the first group is asked for */
  let worker = start();
  /** @type {Map<string, import('./model.js').Layout>} */
  const cache = new Map();
  let id = 0;

  /**
   * @param {{ nodes: object[], edges: object[] }} input
   * @returns {Promise<import('./model.js').Layout>}
   */
  function ask(input) {
    const key = JSON.stringify(input);
    const known = cache.get(key);
    if (known) return Promise.resolve(known);
    const running = (worker ??= start());
    id += 1;
    const mine = id;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => stop('the layout of this group takes too long'), LIMIT);
      const stop = (/** @type {string} */ message) => {
        running.terminate();
        worker = null;
        reject(new Error(message));
      };
      running.onerror = () => {
        clearTimeout(timer);
        stop('the layout failed');
      };
      running.onmessage = ({ data }) => {
        if (data.id !== mine) return;
        clearTimeout(timer);
        cache.set(key, data.layout);
        resolve(data.layout);
      };
      running.postMessage({ id: mine, ...input });
    });
  }
  return { ask, destroy: () => worker?.terminate() };
}
