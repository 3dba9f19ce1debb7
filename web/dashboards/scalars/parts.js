// The parts of a run: what was written without going back. A run has several where a program
// started again, where two wrote into one folder, or where steps go back in one file.

import { extent } from '../../charts/scales.js';

/**
 * @typedef {{ steps: Float64Array, walls: Float64Array, values: Float64Array, purged: boolean }} Part
 */

// Beyond this many steps back the steps are no restarts but in no order, and one line is as good.
const MOST_PARTS = 100;

/**
 * @param {import('./model.js').Curve[]} curves of one run, in the order they were written
 * @param {{ newest: boolean, purged: boolean }} settings newest: of parts that have the same steps
 *   show only the latest; purged: show what a restart declared void
 * @returns {Part[]}
 */
export function partsOf(curves, { newest, purged }) {
  const parts = curves.filter((curve) => purged || !curve.purged).flatMap(ascending);
  return newest ? withoutCovered(parts) : parts.filter((part) => part.steps.length > 0);
}

/**
 * A curve cut where its steps go back.
 * @param {import('./model.js').Curve} curve
 * @returns {Part[]}
 */
function ascending(curve) {
  const { steps } = curve;
  const cuts = [0];
  for (let i = 1; i < steps.length; i += 1) if (steps[i] < steps[i - 1]) cuts.push(i);
  if (cuts.length === 1 || cuts.length > MOST_PARTS) return [curve];
  return cuts.map((start, i) => slice(curve, start, cuts[i + 1] ?? steps.length));
}

/**
 * Each part up to the first step that a later one has too.
 * @param {Part[]} parts
 */
function withoutCovered(parts) {
  let limit = Infinity;
  const kept = [];
  for (const part of [...parts].reverse()) {
    if (part.purged) {
      kept.push(part);
      continue;
    }
    const end = part.steps.findIndex((step) => step >= limit);
    kept.push(end < 0 ? part : slice(part, 0, end));
    limit = Math.min(limit, (extent([part.steps]) ?? [Infinity])[0]);
  }
  return kept.reverse().filter((part) => part.steps.length > 0);
}

/** @param {Part} part @param {number} start @param {number} end @returns {Part} */
function slice({ steps, walls, values, purged }, start, end) {
  return { steps: steps.subarray(start, end), walls: walls.subarray(start, end), values: values.subarray(start, end), purged };
}
