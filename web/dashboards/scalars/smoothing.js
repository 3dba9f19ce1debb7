// The weight of smoothing as people type it and step through it.

// About 1 / (1 - weight) values count, so the stops are close together near 1.
const STOPS = [0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999];

/**
 * The stop above or below a weight; the last of them stays.
 * @param {number} weight @param {number} direction above 0 for smoother
 */
export function nextWeight(weight, direction) {
  if (direction > 0) return STOPS.find((stop) => stop > weight) ?? Math.max(weight, STOPS[STOPS.length - 1]);
  return STOPS.filter((stop) => stop < weight).pop() ?? 0;
}

/** What was typed: a weight from 0 to below 1, null if it is none. @param {string} text */
export function readWeight(text) {
  const weight = Number(text.trim().replace(',', '.') || 'none');
  return weight >= 0 && weight < 1 ? weight : null;
}
