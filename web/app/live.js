// Follows the server: events where they come through, asking where they do not, nothing while the
// tab is hidden.

const WATCHDOG = 5000; // ms without any event before we ask instead
const POLL = 3000; // ms between questions

/** @param {import('./api.js').Api} api */
export function createLive(api) {
  /** @type {Set<(version: number) => void>} */
  const listeners = new Set();
  /** @type {Set<(connected: boolean) => void>} */
  const watchers = new Set();
  /** @type {EventSource | null} */
  let source = null;
  /** @type {number | undefined} */
  let timer;
  let version = -1;

  /** @param {number} next */
  function moved(next) {
    watchers.forEach((watcher) => watcher(true));
    if (next === version) return;
    const first = version < 0;
    version = next;
    if (!first) listeners.forEach((listener) => listener(next));
  }
  async function poll() {
    try {
      moved((await api.get('api/status')).version);
    } catch {
      watchers.forEach((watcher) => watcher(false)); // shown as "not connected"; asked again below
    }
    timer = setTimeout(poll, POLL);
  }
  function open() {
    close();
    if (document.hidden) return;
    source = new EventSource('api/live');
    timer = setTimeout(poll, WATCHDOG);
    source.addEventListener('moved', (event) => {
      clearTimeout(timer);
      moved(JSON.parse(event.data).version);
    });
    source.addEventListener('error', () => {
      watchers.forEach((watcher) => watcher(false));
      clearTimeout(timer);
      timer = setTimeout(poll, POLL);
    });
  }
  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  addEventListener('pagehide', close);

  return {
    /** @param {number} current version of the answers that came with the page */
    start(current) {
      version = current;
      open();
    },
    /** @param {(version: number) => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** @param {(connected: boolean) => void} watcher */
    onConnection(watcher) {
      watchers.add(watcher);
    },
  };
}

/** @typedef {ReturnType<typeof createLive>} Live */
