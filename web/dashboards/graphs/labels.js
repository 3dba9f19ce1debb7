// Where the shapes stand along their edges: beside the line, and never on a node or on each other.

/** @typedef {{ left: number, top: number, width: number, height: number, owner?: number }} Box owner: number of its edge */

const CHARACTER = 5.6; // width of a character at 9.5 px, about
const HEIGHT = 12;
const GAP = 5; // between a line and its label
const CELL = 64;
const DENSE = 800; // edges; among more, labels need not keep clear of other lines
const GRAIN = 8; // px between the points of a line that a label keeps clear of
// How far along the edge a label may stand, the best place first.
const PLACES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8];

/** What an edge is labelled with; "" for none. @param {import('./model.js').Edge} edge */
export function labelOf(edge) {
  if (edge.control) return '';
  if (edge.count > 1) return `${edge.count} tensors`;
  return edge.shape === '?' ? '' : edge.shape;
}

/**
 * The left end of each edge's label on its middle line, or null where there is no room for it.
 * Where other edges leave room, a label does not lie on them either.
 * @param {import('./model.js').Scene} scene
 * @returns {({ x: number, y: number } | null)[]}
 */
export function placeLabels(scene) {
  const taken = createTaken();
  for (const node of scene.nodes) {
    if (!node.open) taken.add({ left: node.x - node.width / 2, top: node.y - node.height / 2, width: node.width, height: node.height });
  }
  const lines = scene.edges.map(({ points }) => flattened(points));
  const crossed = createTaken();
  if (lines.length <= DENSE) lines.forEach((line, i) => dots(line).forEach(({ x, y }) => crossed.add({ left: x - 1, top: y - 1, width: 2, height: 2, owner: i })));
  return scene.edges.map(({ edge }, i) => {
    const text = labelOf(edge);
    if (!text) return null;
    const free = candidates(lines[i], text.length * CHARACTER, i).filter((box) => !taken.has(box));
    const best = free.find((box) => !crossed.has(box)) ?? free[0];
    if (!best) return null;
    taken.add(best);
    return { x: best.left, y: best.top + HEIGHT / 2 };
  });
}

/**
 * The boxes in which the label of line `owner` may stand, the best first.
 * @param {{ x: number, y: number }[]} line @param {number} width @param {number} owner
 * @returns {Box[]}
 */
function candidates(line, width, owner) {
  return PLACES.flatMap((share) => beside(along(line, share), width)
    .map(({ x, y }) => ({ left: x, top: y - HEIGHT / 2, width, height: HEIGHT, owner })));
}

/** Points along a line, close enough that no label fits between two. @param {{ x: number, y: number }[]} line */
function dots(line) {
  return line.slice(1).flatMap((end, i) => {
    const start = line[i];
    const n = Math.max(1, Math.ceil(Math.hypot(end.x - start.x, end.y - start.y) / GRAIN));
    return Array.from({ length: n }, (_, k) => ({ x: start.x + ((end.x - start.x) * k) / n, y: start.y + ((end.y - start.y) * k) / n }));
  });
}

/**
 * The places for a label of that width at a point: beside a steep line, above or below a flat one.
 * @param {{ x: number, y: number, steep: boolean }} point @param {number} width
 */
function beside({ x, y, steep }, width) {
  return steep ? [{ x: x + GAP, y }, { x: x - GAP - width, y }]
    : [{ x: x - width / 2, y: y - HEIGHT / 2 - GAP }, { x: x - width / 2, y: y + HEIGHT / 2 + GAP }];
}

/**
 * The point at a share of a broken line's length, and whether the line is steep there.
 * @param {{ x: number, y: number }[]} points @param {number} share from 0 to 1
 */
export function along(points, share) {
  const lengths = points.slice(1).map((p, i) => Math.hypot(p.x - points[i].x, p.y - points[i].y));
  let rest = share * lengths.reduce((sum, length) => sum + length, 0);
  for (let i = 0; i < lengths.length; i += 1) {
    if (rest <= lengths[i]) {
      const part = lengths[i] > 0 ? rest / lengths[i] : 0;
      const [from, to] = [points[i], points[i + 1]];
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      return { x: from.x + part * dx, y: from.y + part * dy, steep: Math.abs(dy) >= Math.abs(dx) };
    }
    rest -= lengths[i];
  }
  return { ...points[points.length - 1], steep: true };
}

/**
 * The line that `curve` draws, as short straight pieces.
 * @param {{ x: number, y: number }[]} points
 */
export function flattened(points) {
  return points.slice(0, 1).concat(points.slice(1).flatMap((end, i) => steps(points[i], end)));
}

/** @param {{ x: number, y: number }} start @param {{ x: number, y: number }} end */
function steps(start, end) {
  if (start.x === end.x || start.y === end.y) return [end];
  const middle = (start.y + end.y) / 2;
  return [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1].map((t) => {
    const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
    return { x: (a + b) * start.x + (c + d) * end.x, y: a * start.y + (b + c) * middle + d * end.y };
  });
}

/** Boxes on a grid, so that a question looks at the neighbourhood only. */
function createTaken() {
  /** @type {Map<string, Box[]>} */
  const cells = new Map();
  /** @param {Box} box */
  const keys = (box) => {
    const found = [];
    for (let i = Math.floor(box.left / CELL); i <= Math.floor((box.left + box.width) / CELL); i += 1) {
      for (let j = Math.floor(box.top / CELL); j <= Math.floor((box.top + box.height) / CELL); j += 1) found.push(`${i},${j}`);
    }
    return found;
  };
  return {
    /** @param {Box} box */
    add(box) {
      for (const key of keys(box)) {
        const cell = cells.get(key);
        if (cell) cell.push(box);
        else cells.set(key, [box]);
      }
    },
    /** @param {Box} box */
    has: (box) => keys(box).some((key) => (cells.get(key) ?? []).some((other) => (other.owner === undefined || other.owner !== box.owner) && overlap(box, other))),
  };
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}
