// Questions wait here for their turn, so that the first chart need not wait for the answers of all
// others: a server answers one after the other, and a slow link is shared.

// Runs whose curves are on their way at a time; two questions always may, so that the server works on
// one while the other is drawn. Until the first is answered fewer are: that one is waited for most.
const AT_ONCE = { runs: 100, questions: 2 };
const AT_FIRST = { runs: 20, questions: 1 };

/**
 * @typedef {{ of: string, weight: number, work: () => Promise<any>, then: (result: any) => void, fail: (error: any) => void }} Waiting
 *
 * @param {(of: string) => boolean} isUrgent what goes before others, looked at when there is room
 */
export function createQueue(isUrgent) {
  /** @type {Waiting[]} */
  const waiting = [];
  let running = 0; // questions
  let runs = 0; // that they are about
  let most = AT_FIRST;

  function next() {
    while (waiting.length) {
      const one = waiting[Math.max(0, waiting.findIndex(({ of }) => isUrgent(of)))];
      if (running >= most.questions && runs + one.weight > most.runs) return;
      waiting.splice(waiting.indexOf(one), 1);
      start(one);
    }
  }
  /** @param {Waiting} one */
  async function start({ weight, work, then, fail }) {
    running += 1;
    runs += weight;
    try {
      then(await work());
    } catch (error) {
      fail(error);
    } finally {
      running -= 1;
      runs -= weight;
      most = AT_ONCE;
      next();
    }
  }
  return {
    /**
     * What `work` gives, once it is its turn.
     * @template T
     * @param {string} of the tag
     * @param {number} weight how many runs
     * @param {() => Promise<T>} work
     * @returns {Promise<T>}
     */
    run: (of, weight, work) => new Promise((then, fail) => {
      waiting.push({ of, weight: Math.max(1, weight), work, then, fail });
      next();
    }),
  };
}

/** @typedef {ReturnType<typeof createQueue>} Queue */
