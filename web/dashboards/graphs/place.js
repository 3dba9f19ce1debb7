// What the URL says of the graphs page: run, graph, open boxes, what is pulled out, chosen, traced.

/** @param {import('../../app/state.js').State} state */
export function createPlace(state) {
  /** @param {string} key @returns {string[]} */
  const list = (key) => {
    try {
      const found = JSON.parse(state.get(key) ?? '[]');
      return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : [];
    } catch {
      return []; // a link that was cut off
    }
  };
  /** @param {string} key @param {Iterable<string>} paths */
  const setList = (key, paths) => {
    const sorted = [...new Set(paths)].sort();
    state.set(key, sorted.length ? JSON.stringify(sorted) : null);
  };
  return {
    get: (/** @type {string} */ key) => state.get(key),
    set: (/** @type {string} */ key, /** @type {string | null} */ value) => state.set(key, value),
    get open() {
      return new Set(list('open'));
    },
    set open(paths) {
      setList('open', paths);
    },
    get out() {
      return new Set(list('out'));
    },
    set out(paths) {
      setList('out', paths);
    },
    get node() {
      return state.get('node');
    },
    set node(path) {
      state.set('node', path);
    },
    /** Of one graph: what another one does not have. */
    forget() {
      for (const key of ['open', 'out', 'node', 'trace', 'to']) state.set(key, null);
    },
  };
}

/** @typedef {ReturnType<typeof createPlace>} Place */
