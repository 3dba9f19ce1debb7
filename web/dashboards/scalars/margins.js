// Charts that the log asks for as margins: of each run a line, and a band between two other tags of it.

/**
 * @typedef {import('./model.js').Drawn} Drawn
 * @typedef {import('./model.js').Tag} Tag
 * @typedef {{ value: string, lower: string, upper: string }} Margin the tags of a line and of the borders below and above it
 */

/** The tags of some margins, of those that there are. @param {Margin[]} margins @param {Map<string, Tag>} known @returns {Tag[]} */
export function tagsOfMargins(margins, known) {
  const names = new Set(margins.flatMap(({ value, lower, upper }) => [value, lower, upper]));
  return [...names].flatMap((name) => known.get(name) ?? []);
}

/** Whether a card shows a tag only as the border of a band. @param {Tag} tag @param {{ margins: Margin[] | null }} card */
export function isBorder({ tag }, { margins }) {
  return margins !== null && !margins.some(({ value }) => value === tag);
}

/**
 * The lines of a card: where it has margins those of the values, with their bands.
 * @param {Drawn[][]} found of each tag @param {Tag[]} tags @param {Margin[] | null} margins
 * @returns {Drawn[]}
 */
export function withMargins(found, tags, margins) {
  if (!margins) return found.flat();
  const linesOf = (/** @type {string} */ name) => found[tags.findIndex(({ tag }) => tag === name)] ?? [];
  return margins.flatMap(({ value, lower, upper }) => {
    /** @type {Map<string, number>} */
    const parts = new Map();
    return linesOf(value).map((line) => {
      const part = parts.get(line.id) ?? 0;
      parts.set(line.id, part + 1);
      const [low, high] = [lower, upper].map((name) => linesOf(name).filter(({ id }) => id === line.id)[part]);
      return low && high ? { ...line, band: bandOf(line, low, high) } : line;
    });
  });
}

/** @param {Drawn} line @param {Drawn} lower @param {Drawn} upper @returns {import('../../charts/bands.js').Band} */
function bandOf({ x }, lower, upper) {
  const low = placed(lower.x, lower.y, x);
  const high = placed(upper.x, upper.y, x);
  return { low, high, n: new Float32Array(x.length).fill(2), of: 2, seen: [low, high] };
}

/**
 * A line at other x, in proportion between its points; NaN beyond its ends.
 * @param {import('./model.js').Numbers} x ascending @param {import('./model.js').Numbers} y @param {import('./model.js').Numbers} at ascending
 */
export function placed(x, y, at) {
  const found = new Float64Array(at.length).fill(NaN);
  for (let i = 0, next = 0; i < at.length; i += 1) {
    while (next < x.length && x[next] < at[i]) next += 1;
    if (next >= x.length) break;
    if (x[next] === at[i]) found[i] = y[next];
    else if (next > 0) found[i] = y[next - 1] + ((y[next] - y[next - 1]) * (at[i] - x[next - 1])) / (x[next] - x[next - 1]);
  }
  return found;
}
