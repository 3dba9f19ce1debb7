// The course of a line through its points: it leaves and reaches each of them upright.

/** @typedef {{ x: number, y: number }} Point */

/** The two control points of the piece between two points, or null where it is straight. @param {Point} start @param {Point} end */
export function bend(start, end) {
  if (start.x === end.x || start.y === end.y) return null;
  const middle = (start.y + end.y) / 2;
  return [{ x: start.x, y: middle }, { x: end.x, y: middle }];
}

/** The line as the data of an SVG path. @param {Point[]} points */
export function curve(points) {
  return `M${pair(points[0])}${points.slice(1).map((end, i) => {
    const controls = bend(points[i], end);
    return controls ? `C${controls.map(pair).join(' ')} ${pair(end)}` : `L${pair(end)}`;
  }).join('')}`;
}

/** @param {Point} point */
function pair({ x, y }) {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}

const STEPS = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];

/** The line as short straight pieces. @param {Point[]} points @returns {Point[]} */
export function flattened(points) {
  return points.slice(0, 1).concat(points.slice(1).flatMap((end, i) => steps(points[i], end)));
}

/** @param {Point} start @param {Point} end */
function steps(start, end) {
  if (start.x === end.x || start.y === end.y) return [end];
  const middle = (start.y + end.y) / 2;
  return STEPS.map((t) => {
    const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
    return { x: (a + b) * start.x + (c + d) * end.x, y: a * start.y + (b + c) * middle + d * end.y };
  });
}

/** The piece of a line, by its ends, at the height of a point on it. @param {Point[]} points @param {Point} at @returns {[Point, Point]} */
export function pieceOf(points, { x, y }) {
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1], points[i]];
    const inside = (/** @type {number} */ v, /** @type {number} */ from, /** @type {number} */ to) => v >= Math.min(from, to) - 0.01 && v <= Math.max(from, to) + 0.01;
    if (inside(y, a.y, b.y) && inside(x, a.x, b.x)) return [a, b];
  }
  return [points[points.length - 2], points[points.length - 1]];
}

/** The box around a line. @param {Point[]} points */
export function around(points) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}
