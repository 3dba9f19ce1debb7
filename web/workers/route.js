// Leads edges around nodes: out of a node's one side, into another's opposite side.
//
// Nodes stand on rows. An edge goes straight through a row and moves sideways only in the gap
// between two rows, so it runs across no node but its ends, however tall their neighbours are.

const SPACING = 14; // px between the ends of edges on one side of a node, at most
const MARGIN = 16; // px of a side, in all, that no edge ends on
const CLEAR = 8; // px that an edge goes straight before it leaves its row

/**
 * @typedef {import('./layout.js').Box} Box
 * @typedef {import('./layout.js').Link} Link
 * @typedef {import('./layout.js').Point} Point
 * @typedef {{ top: number, bottom: number }} Row
 */

/**
 * The points of each edge. lines: where a layout would lead them, both ends among the points.
 * @param {Box[]} nodes @param {Link[]} edges @param {Record<string, Point>} placed @param {Point[][]} lines
 * @returns {Point[][]}
 */
export function route(nodes, edges, placed, lines) {
  const boxes = new Map(nodes.map((node) => [node.id, { ...node, ...placed[node.id] }]));
  const rows = rowsOf([...boxes.values()]);
  // Between its ends a line only says where to cross a row; in the gaps it needs no help.
  const crossings = lines.map((line) => line.slice(1, -1).filter(({ y }) => row(y, rows)));
  const ends = portsOf(edges, boxes, crossings);
  return edges.map(({ source, target }, i) => {
    const up = placed[source].y > placed[target].y;
    const inner = crossings[i].flatMap((point) => through(point, rows, up));
    const [from, to] = [row(placed[source].y, rows), row(placed[target].y, rows)];
    const { out, into } = ends[i];
    return [out, { x: out.x, y: up ? from.top - CLEAR : from.bottom + CLEAR }, ...inner,
      { x: into.x, y: up ? to.bottom + CLEAR : to.top - CLEAR }, into];
  });
}

/** @param {(Box & Point)[]} boxes @returns {Map<number, Row>} by the y of their middle */
function rowsOf(boxes) {
  /** @type {Map<number, Row>} */
  const rows = new Map();
  for (const { y, height } of boxes) {
    const known = rows.get(Math.round(y)) ?? { top: Infinity, bottom: -Infinity };
    rows.set(Math.round(y), { top: Math.min(known.top, y - height / 2), bottom: Math.max(known.bottom, y + height / 2) });
  }
  return rows;
}

/** @param {number} y @param {Map<number, Row>} rows */
function row(y, rows) {
  return /** @type {Row} */ (rows.get(Math.round(y)));
}

/**
 * A point in a row as two, before and behind the row.
 * @param {Point} point @param {Map<number, Row>} rows @param {boolean} up
 */
function through(point, rows, up) {
  const crossed = row(point.y, rows);
  const below = { x: point.x, y: crossed.bottom + CLEAR };
  const above = { x: point.x, y: crossed.top - CLEAR };
  return up ? [below, above] : [above, below];
}

/**
 * Where each edge leaves its source and enters its target: side by side in the order in which they
 * come and go, so that they do not cross there.
 * @param {Link[]} edges @param {Map<string, Box & Point>} boxes @param {Point[][]} crossings
 */
function portsOf(edges, boxes, crossings) {
  const box = (/** @type {string} */ id) => /** @type {Box & Point} */ (boxes.get(id));
  const ends = edges.map(() => ({ out: { x: 0, y: 0 }, into: { x: 0, y: 0 } }));
  /** @type {Map<string, { port: Point, toward: number, node: Box & Point, top: boolean }[]>} */
  const sides = new Map();
  edges.forEach(({ source, target }, i) => {
    const up = box(source).y > box(target).y;
    const next = crossings[i][0] ?? box(target);
    const last = crossings[i][crossings[i].length - 1] ?? box(source);
    for (const [port, node, top, toward] of /** @type {const} */ ([
      [ends[i].out, box(source), up, next.x], [ends[i].into, box(target), !up, last.x],
    ])) {
      const key = `${top ? 'top' : 'bottom'} ${node.id}`;
      sides.set(key, [...(sides.get(key) ?? []), { port, toward, node, top }]);
    }
  });
  for (const side of sides.values()) {
    side.sort((a, b) => a.toward - b.toward);
    side.forEach(({ port, node, top }, k) => {
      const spacing = Math.min(SPACING, (node.width - MARGIN) / side.length);
      port.x = node.x + (k - (side.length - 1) / 2) * spacing;
      port.y = node.y + (top ? -1 : 1) * (node.height / 2);
    });
  }
  return ends;
}
