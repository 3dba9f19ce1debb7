// What is known of each run beside its name: hyper-parameters, how far it has come, what tags came to. It
// is asked for only while somebody looks at it, and again when the log has moved.

import { FIXED, partsOf, statOf, tagOf } from '../lib/column_keys.js';
import { paramsOf } from '../lib/run_names.js';
import { signal } from '../lib/signal.js';

const PAUSE = 2000; // ms between two questions while the log moves, and at least
const SHARE = 10; // times as long as the last answer took, for who is far away
const RECHECK = 60_000; // ms, after which a run that was running may have stopped without a word

/**
 * @typedef {import('../lib/ordering.js').Value} Value
 * @typedef {{ id: string, name: string, first_wall_time: number | string | null }} Run
 * @typedef {{ tag: string } & Record<string, any>} TagColumns
 * @typedef {object} Answer of api/runs/table
 * @property {string[]} runs
 * @property {(number | string | null)[]} newest
 * @property {number[]} points
 * @property {boolean[]} running
 * @property {('running' | 'stopped' | 'diverged')[]} status
 * @property {{ step: (number | null)[], tag: (string | null)[] }} nan
 * @property {{ step: (number | null)[], tag: (string | null)[] }} diverged
 * @property {{ name: string, values: (number | string | boolean | null)[] }[]} params
 * @property {TagColumns[]} tags
 */

const NOT_FINITE = new Map([['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity]]);

/** @param {import('./api.js').Api} api */
export function createRunFacts(api) {
  const answer = signal(/** @type {Answer | null} */ (null));
  const error = signal('');
  /** Who looks at which tags. @type {Map<string, string[]>} */
  const wanted = new Map();
  /** @type {Map<string, number>} */
  let rows = new Map();
  /** @type {Map<string, (number | string | boolean | null)[]>} */
  let params = new Map();
  /** @type {Map<string, TagColumns>} */
  let tags = new Map();
  /** @type {Map<string, Map<string, Value>>} */
  const named = new Map();
  let asked = '';
  let stale = true;
  let asking = false;
  let began = -PAUSE;
  let took = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const question = () => JSON.stringify([...new Set([...wanted.values()].flat())].sort());
  /** Asks at once for what is not known, and after a pause for what may have changed. */
  function schedule() {
    clearTimeout(timer);
    if (!wanted.size || asking) return;
    if (question() !== asked) timer = setTimeout(ask, error.value ? PAUSE : 0);
    else if (stale) timer = setTimeout(ask, Math.max(0, began + Math.max(PAUSE, SHARE * took) - performance.now()));
    else if (answer.value?.running.some(Boolean)) timer = setTimeout(ask, RECHECK);
  }
  async function ask() {
    const tags = question();
    asking = true;
    stale = false;
    began = performance.now();
    try {
      take(await api.get('api/runs/table', { tag: JSON.parse(tags) }));
      asked = tags;
      took = performance.now() - began;
      error.value = '';
    } catch (reason) {
      asked = '';
      error.value = /** @type {Error} */ (reason).message;
    }
    asking = false;
    schedule();
  }
  /** @param {Answer} next */
  function take(next) {
    rows = new Map(next.runs.map((id, row) => [id, row]));
    params = new Map(next.params.map(({ name, values }) => [name, values]));
    tags = new Map(next.tags.map((columns) => [columns.tag, columns]));
    answer.value = next;
  }
  /** @param {string} id */
  function inName(id) {
    const known = named.get(id) ?? paramsOf(id);
    named.set(id, known);
    return known;
  }
  /** @param {Run} run @param {number | undefined} row @param {string} column @returns {Value} */
  function fixed(run, row, column) {
    if (column === 'name') return run.name;
    const start = typeof run.first_wall_time === 'number' ? run.first_wall_time : null;
    if (column === 'start') return start;
    if (!answer.value || row === undefined) return null;
    const { newest, points, status, nan } = answer.value;
    const end = newest[row];
    if (column === 'duration') return start === null || typeof end !== 'number' ? null : end - start;
    if (column === 'points') return points[row];
    return column === 'status' ? status[row] : nan.step[row];
  }

  return {
    answer,
    error,
    /**
     * Says that somebody looks at these tags, and at what is known of all runs; null when no more.
     * @param {string} who @param {string[] | null} of
     */
    want(who, of) {
      if (of) wanted.set(who, of);
      else wanted.delete(who);
      schedule();
    },
    /** The log has moved. */
    follow() {
      stale = true;
      schedule();
    },
    /** Whether the answer has the tags of these columns. @param {Iterable<string>} columns */
    knows: (columns) => answer.value !== null && [...columns].every((column) => {
      const tag = tagOf(column);
      return tag === null || tags.has(tag);
    }),
    /** The names of the hyper-parameters of some runs. @param {readonly Run[]} runs */
    paramNames(runs) {
      const names = new Set(params.keys());
      for (const { id } of runs) for (const name of inName(id).keys()) names.add(name);
      return [...names];
    },
    /** @param {Run} run @param {string} column @returns {Value} */
    value(run, column) {
      const row = rows.get(run.id);
      if (FIXED.includes(column)) return fixed(run, row, column);
      const { kind, name } = partsOf(column);
      if (kind === 'param') return (row === undefined ? null : numeric(params.get(name)?.[row])) ?? inName(run.id).get(name) ?? null;
      return row === undefined ? null : numeric(tags.get(name)?.[statOf(kind, name)]?.[row]) ?? null;
    },
    /** At which step a column's value is, or null. @param {string} id @param {string} column */
    step(id, column) {
      const tag = tagOf(column);
      const row = rows.get(id);
      if (tag === null || row === undefined) return null;
      return /** @type {number | null} */ (tags.get(tag)?.[`${statOf(partsOf(column).kind, tag)}_step`]?.[row] ?? null);
    },
    /** Whether a run is still written to. @param {string} id */
    isRunning: (id) => answer.value?.running[rows.get(id) ?? -1] ?? false,
    /** Where a run has diverged, or null. @param {string} id */
    divergence(id) {
      const row = rows.get(id) ?? -1;
      const step = answer.value?.diverged.step[row] ?? null;
      return step === null ? null : { step, tag: answer.value?.diverged.tag[row] ?? '' };
    },
  };
}

/** @param {any} value @returns {Value} */
function numeric(value) {
  return typeof value === 'string' && NOT_FINITE.has(value) ? NOT_FINITE.get(value) : value;
}

/** @typedef {ReturnType<typeof createRunFacts>} RunFacts */
