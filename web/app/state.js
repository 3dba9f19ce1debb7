// The state of the page is its URL: #<dashboard>?key=value&…
//
// Browsers let a page change its URL some twenty times a second, and a slider moves sixty times; so the
// values are kept here, and the URL follows them.

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
  let now = parseHash(location.hash);
  /** @type {number | undefined} */
  let waiting;
  let credit = BURST; // changes that may follow without a pause
  let at = 0;
  const dashboard = () => now.dashboard || fallback;
  function write() {
    clearTimeout(waiting);
    waiting = undefined;
    credit = Math.min(BURST, credit + (performance.now() - at) / PAUSE) - 1;
    at = performance.now();
    history.replaceState(null, '', formatHash(dashboard(), now.values));
  }
  addEventListener('hashchange', () => {
    clearTimeout(waiting);
    waiting = undefined;
    now = parseHash(location.hash);
    listeners.forEach((listener) => listener());
  });
  return {
    get dashboard() {
      return dashboard();
    },
    /** @param {string} key @returns {string | null} */
    get(key) {
      return now.values.get(key);
    },
    /** @param {string} key @param {string | null} value */
    set(key, value) {
      if (value === null || value === '') now.values.delete(key);
      else now.values.set(key, value);
      if (credit + (performance.now() - at) / PAUSE >= 1) write();
      else waiting ??= setTimeout(write, PAUSE);
      listeners.forEach((listener) => listener());
    },
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const BURST = 30;
const PAUSE = 100; // ms between two changes of the URL, once there were many

/** @typedef {ReturnType<typeof createState>} State */
