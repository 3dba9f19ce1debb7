// The state of the page is its URL: #<dashboard>?key=value&…

/** @param {string} hash @returns {{ dashboard: string, values: URLSearchParams }} */
export function parseHash(hash) {
  const [dashboard, query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  return { dashboard, values: new URLSearchParams(query) };
}

/** @param {string} dashboard @param {URLSearchParams} values */
export function formatHash(dashboard, values) {
  const query = values.toString();
  return query ? `#${dashboard}?${query}` : `#${dashboard}`;
}

/**
 * @param {string} fallback the dashboard to show when the URL names none
 */
export function createState(fallback) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const read = () => parseHash(location.hash);
  addEventListener('hashchange', () => listeners.forEach((listener) => listener()));
  return {
    get dashboard() {
      return read().dashboard || fallback;
    },
    /** @param {string} key @returns {string | null} */
    get(key) {
      return read().values.get(key);
    },
    /** @param {string} key @param {string | null} value */
    set(key, value) {
      const { values } = read();
      if (value === null || value === '') values.delete(key);
      else values.set(key, value);
      history.replaceState(null, '', formatHash(this.dashboard, values));
      listeners.forEach((listener) => listener());
    },
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createState>} State */
