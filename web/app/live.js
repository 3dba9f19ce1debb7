// Follows the server: by a stream of events where it comes through, by asking where it does not, not
// at all while the tab is hidden. Whatever was missed comes with the next move, which begins where the
// last one ended.

import { moveOf } from '../lib/move.js';

const GREETING = 3000; // ms until the stream's first event; a proxy that keeps it back is asked instead
const SILENCE = 13_000; // ms without an event, of which one comes every 5 s, until the stream is given up
const WAIT = 20; // s that an answer may wait for a move
const RETRY = [300, 1000, 2000, 5000]; // ms between attempts
const SETTLE = 150; // ms without a change of what is shown, until the stream is asked for that
const LONGEST_LIST = 2000; // characters of tags in a URL; beyond that we are told of all

/** @param {import('./api.js').Api} api */
export function createLive(api) {
  /** @type {Set<(move: import('../lib/move.js').Move) => void>} */
  const listeners = new Set();
  /** @type {Set<(connected: boolean) => void>} */
  const watchers = new Set();
  /** @type {EventSource | null} */
  let source = null;
  /** @type {AbortController | null} */
  let asking = null;
  /** @type {number | undefined} */
  let timer;
  /** @type {number | undefined} */
  let settling;
  let failures = 0;
  let cursor = '';
  /** @type {string[]} */
  let wanted = [];
  /** @type {string[] | null} */
  let covered = [];

  /** @param {import('../lib/move.js').Answer} answer @param {string[] | null} about */
  function moved(answer, about) {
    failures = 0;
    watchers.forEach((watcher) => watcher(true));
    if (answer.cursor === cursor) return;
    cursor = answer.cursor;
    const move = moveOf(answer, about);
    listeners.forEach((listener) => listener(move));
  }
  function lost() {
    watchers.forEach((watcher) => watcher(false)); // shown as "not connected"
    later(open, RETRY[Math.min(failures, RETRY.length - 1)]);
    failures += 1;
  }
  /** @param {() => void} then @param {number} ms */
  function later(then, ms) {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  }
  function params() {
    covered = JSON.stringify(wanted).length > LONGEST_LIST ? null : [...wanted];
    return { since: cursor, tag: covered && (covered.length ? covered : ['']) };
  }
  function open() {
    close();
    if (document.hidden) return;
    const stream = new EventSource(api.url('api/live', params()));
    const about = covered;
    source = stream;
    later(ask, GREETING);
    stream.addEventListener('moved', (event) => {
      later(open, SILENCE);
      moved(JSON.parse(event.data), about);
    });
    stream.addEventListener('here', () => later(open, SILENCE));
    stream.addEventListener('error', () => {
      close();
      lost();
    });
  }
  /** Asks again and again, each time until something moved; for this visit the stream is given up. */
  async function ask() {
    close();
    asking = new AbortController();
    const { signal } = asking;
    try {
      while (!signal.aborted) {
        const question = params();
        const about = covered;
        later(open, WAIT * 1000 + SILENCE); // no answer by then: the connection is dead
        const answer = await api.get('api/moves', { ...question, wait: WAIT }, signal);
        if (!signal.aborted) moved(answer, about);
      }
    } catch {
      if (!signal.aborted) lost(); // asked again, and told until it succeeds
    }
  }
  function close() {
    clearTimeout(timer);
    source?.close();
    asking?.abort();
    source = asking = null;
  }
  /** What is shown has changed: the stream, or the next answer, is to tell of that. */
  function settle() {
    const enough = covered === null || (wanted.every((tag) => covered?.includes(tag)) && covered.length <= 2 * wanted.length + 8);
    if (enough || document.hidden) return;
    if (asking) ask();
    else if (source) open();
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  document.addEventListener('resume', open);
  addEventListener('pagehide', close);
  addEventListener('pageshow', (event) => event.persisted && open());
  addEventListener('online', open);

  return {
    /** What the page is told of so far. */
    get cursor() {
      return cursor;
    },
    /** @param {string} current cursor of the answers that came with the page */
    start(current) {
      cursor = current;
      open();
    },
    /** @param {(move: import('../lib/move.js').Move) => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Says which tags are shown: only of them a move tells. @param {string[]} tags */
    show(tags) {
      wanted = tags;
      clearTimeout(settling);
      settling = setTimeout(settle, SETTLE);
    },
    /** @param {(connected: boolean) => void} watcher */
    onConnection(watcher) {
      watchers.add(watcher);
    },
  };
}

/** @typedef {ReturnType<typeof createLive>} Live */
