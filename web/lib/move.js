// What the server says of a move of the log: pure functions.
//
// A cursor is "<life of the server>.<version of its catalog>". Those of two lives cannot be compared.

/**
 * @typedef {'status' | 'runs' | 'tags' | 'others'} Mark
 *
 * @typedef {object} Answer of api/moves, and the data of an event
 * @property {number} version
 * @property {string} cursor
 * @property {string | null} from what moved since this cursor; null if that was not known
 * @property {Record<Mark, number>} marks the version in which each of these lists last changed
 * @property {{ points: number, bytes_read: number, bytes_total: number, memory: number }} facts
 * @property {[string[], string][] | null} moved tags, and the numbers of the runs in which they moved
 *
 * @typedef {object} Move
 * @property {string} cursor
 * @property {string | null} from
 * @property {Answer['facts']} facts
 * @property {(name: Mark, held: string) => boolean} isOld whether a list that is held as of a cursor has changed since
 * @property {(tag: string, runs: readonly string[], held: string) => Set<string> | null} runsOf the runs in which a tag
 *   moved, by the list of runs that is held as of a cursor; null if any may have
 */

/** Whether what is known as of `cursor` has all that `other` has. @param {string} cursor @param {string | null} other */
export function isAtLeast(cursor, other) {
  if (!other) return false;
  const dot = cursor.indexOf('.');
  return dot === other.indexOf('.') && cursor.slice(0, dot) === other.slice(0, dot)
    && Number(cursor.slice(dot + 1)) >= Number(other.slice(dot + 1));
}

/** The cursor of another version in the same life. @param {string} cursor @param {number} version */
export function withVersion(cursor, version) {
  return `${cursor.slice(0, cursor.indexOf('.'))}.${version}`;
}

/**
 * @param {Answer} answer
 * @param {readonly string[] | null} covered the tags that were asked about; null for all
 * @returns {Move}
 */
export function moveOf(answer, covered) {
  const { cursor, from, marks, facts, moved } = answer;
  /** @type {Map<string, string> | null} */
  const ranges = moved && new Map(moved.flatMap(([tags, numbers]) => tags.map((tag) => [tag, numbers])));
  return {
    cursor, from, facts,
    isOld: (name, held) => !isAtLeast(held, withVersion(cursor, marks[name])),
    runsOf(tag, runs, held) {
      const listed = isAtLeast(held, withVersion(cursor, marks.runs)) && isAtLeast(cursor, held);
      if (!ranges || !listed || (covered && !covered.includes(tag))) return null;
      return new Set(numbersOf(ranges.get(tag) ?? '').map((number) => runs[number]));
    },
  };
}

/** "0-3,7" as numbers. @param {string} text */
export function numbersOf(text) {
  return text.split(',').filter(Boolean).flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
