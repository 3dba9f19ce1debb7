// The state of the page is its URL: #<dashboard>?key=value&…
//
// An act of a person is an entry of the browser's history, so that back undoes it: changes of one key
// that follow each other closely, or while the pointer is held, are one act, as a slider that is dragged
// or a word that is typed. Browsers let a page change its URL some twenty times a second, and a slider
// moves sixty times; so the values are kept here, and the URL follows them.
//
// With view=<name> a named view lies below: the URL says only what differs from it.

/** @typedef {Record<string, string>} Values */
/** @typedef {{ dashboard: string, values: Values }} View what a named view says */
/**
 * @typedef {object} Named where named views come from
 * @property {(name: string) => View | null | undefined} known null: there is none of that name; undefined: not known yet
 * @property {(name: string) => Promise<unknown>} load makes it known
 * @property {(View & { name: string }) | null} [beginning] the one that stands for no URL
 */

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
 * Whether a change goes on with the last act, so that one step back undoes both.
 * @param {{ keys: Set<string>, at: number, held: boolean, together: boolean }} act its keys, when it last changed something, whether the
 *   pointer has been held since, whether the program that made that change still runs
 * @param {string} key @param {number} at milliseconds
 */
export function goesOn(act, key, at) {
  return act.together || (act.keys.has(key) && (act.held || at - act.at < ACT));
}

/** @type {Named} */
const NONE = { known: () => null, load: async () => {} };

/**
 * @param {string} fallback the dashboard to show when the URL names none
 * @param {Named} [named]
 */
export function createState(fallback, named = NONE) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {Set<() => void>} */
  const arrivals = new Set();
  let now = parseHash(location.hash);
  /** Of each dashboard what it showed last. @type {Map<string, URLSearchParams>} */
  const left = new Map();
  const act = { keys: /** @type {Set<string>} */ (new Set()), at: -Infinity, held: false, together: false };
  let pressed = false;
  let fresh = false; // whether what is written next is an entry of its own
  /** @type {number | undefined} */
  let waiting;
  let credit = BURST; // changes that may follow without a pause
  let at = 0;
  const dashboard = () => now.dashboard || fallback;
  /** What the named view says of a key. @param {string} key */
  const below = (key) => (key === VIEW ? undefined : named.known(now.values.get(VIEW) ?? '')?.values[key]);

  function write() {
    clearTimeout(waiting);
    waiting = undefined;
    credit = Math.min(BURST, credit + (performance.now() - at) / PAUSE) - 1;
    at = performance.now();
    history[fresh ? 'pushState' : 'replaceState'](null, '', formatHash(dashboard(), now.values));
    fresh = false;
  }
  /** @param {string} key */
  function begin(key) {
    const time = performance.now();
    if (!goesOn(act, key, time)) {
      if (waiting !== undefined) write();
      fresh = true;
      act.keys = new Set();
    }
    act.keys.add(key);
    act.at = time;
    act.held = pressed;
    act.together = true;
    queueMicrotask(() => (act.together = false));
  }
  /** The URL is another one, not by what this page changed. */
  async function arrive() {
    clearTimeout(waiting);
    waiting = undefined;
    act.keys = new Set();
    const next = parseHash(location.hash);
    const view = next.values.get(VIEW) ?? '';
    if (view && named.known(view) === undefined) await named.load(view);
    now = next;
    arrivals.forEach((listener) => listener());
    listeners.forEach((listener) => listener());
  }
  addEventListener('hashchange', arrive);
  const hold = (/** @type {boolean} */ is) => () => {
    pressed = is;
    if (!is) act.held = false;
  };
  addEventListener('pointerdown', hold(true), true);
  for (const end of ['pointerup', 'pointercancel', 'blur']) addEventListener(end, hold(false), true);

  const state = {
    get dashboard() {
      return dashboard();
    },
    /** @param {string} key @returns {string | null} */
    get(key) {
      return (now.values.get(key) ?? below(key)) || null;
    },
    /** @param {string} key @param {string | null} value */
    set(key, value) {
      const next = value ?? '';
      if (next !== (state.get(key) ?? '')) {
        begin(key);
        if (next === (below(key) ?? '')) now.values.delete(key);
        else now.values.set(key, next);
        if (credit + (performance.now() - at) / PAUSE >= 1) write();
        else waiting ??= setTimeout(write, PAUSE);
      }
      listeners.forEach((listener) => listener());
    },
    /** All that is not as usual, that of a named view too. @returns {Values} */
    values() {
      const lying = named.known(now.values.get(VIEW) ?? '')?.values ?? {};
      const { [VIEW]: _, ...found } = { ...lying, ...Object.fromEntries(now.values) };
      return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== ''));
    },
    /** Where a dashboard is, as it was left; what is chosen of the runs is the same everywhere. @param {string} other */
    hash(other) {
      if (other === dashboard()) return formatHash(other, now.values);
      const values = new URLSearchParams(left.get(other) ?? '');
      for (const key of EVERYWHERE) {
        const value = now.values.get(key);
        if (value === null) values.delete(key);
        else values.set(key, value);
      }
      return formatHash(other, values);
    },
    /** Goes to a URL of this page: an entry of its own. @param {string} hash */
    go(hash) {
      if (waiting !== undefined) write();
      left.set(dashboard(), now.values);
      location.hash = hash;
    },
    /** Puts a URL in the place of the present one. @param {string} hash */
    async replace(hash) {
      history.replaceState(null, '', hash);
      await arrive();
    },
    /** Begins: with what the URL says, or else with the view that the log directory opens with. */
    async open() {
      const { beginning } = named;
      if (beginning && !location.hash.slice(1)) {
        history.replaceState(null, '', formatHash(beginning.dashboard, new URLSearchParams({ [VIEW]: beginning.name })));
      }
      await arrive();
    },
    /** @param {() => void} listener called when anything has changed */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** @param {() => void} listener called when another URL was gone to, before the other listeners */
    onArrival(listener) {
      arrivals.add(listener);
      return () => arrivals.delete(listener);
    },
  };
  return state;
}

export const VIEW = 'view'; // the key of the named view
// What holds for all dashboards.
const EVERYWHERE = ['only', 'hidden', 'selected', 'filter', 'filter_as', 'colour', 'colours', 'theme', VIEW];
const ACT = 700; // ms between two changes that belong together
const BURST = 30;
const PAUSE = 100; // ms between two changes of the URL, once there were many

/** @typedef {ReturnType<typeof createState>} State */
