// The number of each run, which its colour and dash follow from.
//
// Runs are numbered by when they began, so a new run takes the next colour and the others keep theirs,
// after a reload and in a colleague's browser too. Where that is not enough, since runs were deleted or
// older ones were copied in, a browser goes by the numbers that it gave before.

/** @typedef {{ id: string, first_wall_time: number | string | null }} Numbered */

/**
 * @param {readonly Numbered[]} runs
 * @param {readonly string[]} remembered ids by number, as numbered before; also of runs that are gone
 * @returns {Map<string, number>}
 */
export function numbered(runs, remembered) {
  const numbers = new Map(remembered.map((id, number) => [id, number]));
  const fresh = runs.filter(({ id }) => !numbers.has(id)).sort(byBeginning);
  for (const { id } of fresh) numbers.set(id, numbers.size);
  return numbers;
}

/** @param {Numbered} a @param {Numbered} b */
function byBeginning(a, b) {
  const difference = beginning(a) - beginning(b);
  if (difference) return difference;
  return a.id < b.id ? -1 : 1;
}

/** Runs of which nothing was read come last. @param {Numbered} run */
function beginning({ first_wall_time: time }) {
  return typeof time === 'number' ? time : Number.MAX_VALUE;
}

const KEY = 'neuronboard.numbers';
const MOST_LOGDIRS = 20;
const MOST_RUNS = 20_000;

/**
 * What a browser remembers of the numbers it gave, for each log directory.
 * @param {Pick<Storage, 'getItem' | 'setItem'>} storage
 * @param {() => string} logdir
 */
export function createMemory(storage, logdir) {
  /** @returns {Record<string, string[]>} */
  const all = () => JSON.parse(storage.getItem(KEY) ?? '{}');
  return {
    /** @returns {string[]} ids by number */
    recall: () => all()[logdir()] ?? [],
    /** @param {string[]} ids by number */
    keep(ids) {
      const { [logdir()]: _, ...others } = all();
      const recent = Object.entries(others).slice(-MOST_LOGDIRS + 1);
      const text = JSON.stringify({ ...Object.fromEntries(recent), [logdir()]: ids.slice(0, MOST_RUNS) });
      try {
        storage.setItem(KEY, text);
      } catch { // the browser's room is full: the other log directories are forgotten
        storage.setItem(KEY, JSON.stringify({ [logdir()]: ids.slice(0, STYLED) }));
      }
    },
  };
}

const STYLED = 2000;

/**
 * The numbers of one log directory's runs.
 * @param {ReturnType<typeof createMemory>} memory
 */
export function createNumbering(memory) {
  /** @type {Map<string, number>} */
  let numbers = new Map();
  /** @type {string[] | null} ids whose numbers are for good, by number */
  let fixed = null;
  return {
    /** @param {string} id */
    of: (id) => numbers.get(id) ?? 0,
    /**
     * Numbers the runs; for good once everything was read, since before it is not known when each began.
     * @param {readonly Numbered[]} runs @param {boolean} whole whether everything was read
     * @returns {boolean} whether a run has another number than before
     */
    update(runs, whole) {
      fixed ??= memory.recall();
      const before = numbers;
      numbers = numbered(runs, fixed);
      if (whole && numbers.size > fixed.length) {
        fixed = [...numbers.keys()];
        memory.keep(fixed);
      }
      return [...before].some(([id, number]) => numbers.has(id) && numbers.get(id) !== number);
    },
    /** Numbers the runs as if they had never been seen. @param {readonly Numbered[]} runs */
    forget(runs) {
      numbers = numbered(runs, []);
      fixed = [...numbers.keys()];
      memory.keep(fixed);
    },
  };
}
