// From answers and open groups to what is drawn: pure functions.
//
// Each open group is laid out by itself, innermost first; its size is then that of a box in the
// group around it. Constants that feed one neighbour are small; control edges are dashed.

import { counted } from '../../lib/format.js';

/**
 * @typedef {{ path: string, name: string, group: boolean, op: string, nodes: number, ops: Record<string, number> }} Child
 * @typedef {{ source: string, target: string, control: boolean, count: number, shape: string }} Edge
 * @typedef {{ path: string, children: Child[], edges: Edge[] }} Group
 * @typedef {import('../../lib/layered/index.js').Layout} Layout
 * @typedef {'group' | 'constant' | 'variable' | 'summary' | 'op'} Look
 * @typedef {{ child: Child, look: Look, x: number, y: number, width: number, height: number, open: boolean, depth: number }} DrawnNode
 * @typedef {{ edge: Edge, points: { x: number, y: number }[] }} DrawnEdge
 * @typedef {{ nodes: DrawnNode[], edges: DrawnEdge[], width: number, height: number }} Scene
 */

export const HEADER = 26; // height of an open group's title
const PADDING = 16;
const CHARACTER = 7; // width of a character at 12 px, about

const LOOKS = /** @type {Record<string, Look>} */ ({
  Const: 'constant', Placeholder: 'constant', VariableV2: 'variable', Variable: 'variable', VarHandleOp: 'variable',
  ScalarSummary: 'summary', HistogramSummary: 'summary', MergeSummary: 'summary', ImageSummary: 'summary', AudioSummary: 'summary',
});

/** @param {Child} child @returns {Look} */
export function lookOf(child) {
  return child.group ? 'group' : (LOOKS[child.op] ?? 'op');
}

/**
 * The size of a closed child: room for its name, and for its op where that says more.
 * @param {Child} child
 */
export function sizeOf(child) {
  const text = [...child.name].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x1100 ? 12 : CHARACTER), 0);
  const second = secondLine(child);
  const width = Math.min(240, Math.max(text, second.length * 6) + (child.group ? 52 : 28));
  const small = lookOf(child) === 'constant';
  return { width: Math.max(width, small ? 48 : 76), height: second ? 40 : 28 };
}

/** What stands under the name: how many nodes a group has, or a node's op. @param {Child} child */
export function secondLine(child) {
  if (child.group) return counted(child.nodes, 'node');
  return child.op.toLowerCase() === child.name.toLowerCase() ? '' : child.op;
}

/**
 * How many nodes of each op a group has, and of the ops that the answer leaves out.
 * @param {Child} child
 * @returns {[string, number][]}
 */
export function opsOf(child) {
  const listed = Object.entries(child.ops);
  const rest = child.nodes - listed.reduce((sum, [, n]) => sum + n, 0);
  return rest > 0 ? [...listed, ['other ops', rest]] : listed;
}

/**
 * The groups to lay out, innermost first: those that are open and whose parents are.
 * @param {Set<string>} open
 * @returns {string[]}
 */
export function layoutOrder(open) {
  const reachable = [...open].filter((path) => parents(path).every((parent) => open.has(parent)));
  return [...reachable.sort((a, b) => depthOf(b) - depthOf(a)), ''];
}

/** @param {string} path */
function depthOf(path) {
  return path === '' ? 0 : path.split('/').length;
}

/** The groups around a path, outermost first, without the whole graph. @param {string} path */
export function parents(path) {
  const parts = path.split('/');
  return parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

/**
 * What the layout of one group needs.
 * @param {Group} group
 * @param {Map<string, Layout>} layouts of the groups inside that are open
 */
export function layoutInput(group, layouts) {
  return {
    nodes: group.children.map((child) => {
      const inner = layouts.get(child.path);
      const size = inner ? { width: inner.width + 2 * PADDING, height: inner.height + HEADER + 2 * PADDING } : sizeOf(child);
      return { id: child.path, ...size, nominal: sizeOf(child).width };
    }),
    edges: group.edges.map(({ source, target }) => ({ source, target })),
  };
}

/**
 * Everything that is drawn, in the pixels of the whole picture.
 * @param {Map<string, Group>} groups
 * @param {Map<string, Layout>} layouts
 * @returns {Scene}
 */
export function scene(groups, layouts) {
  /** @type {Scene} */
  const drawn = { nodes: [], edges: [], width: 0, height: 0 };
  const whole = layouts.get('');
  if (whole) {
    drawn.width = whole.width;
    drawn.height = whole.height;
    addGroup(drawn, '', groups, layouts, 0, 0, 0);
  }
  return drawn;
}

/**
 * @param {Scene} drawn @param {string} path @param {Map<string, Group>} groups
 * @param {Map<string, Layout>} layouts @param {number} left @param {number} top @param {number} depth
 */
function addGroup(drawn, path, groups, layouts, left, top, depth) {
  const group = groups.get(path);
  const layout = layouts.get(path);
  if (!group || !layout) return;
  const boxes = layoutInput(group, layouts).nodes;
  group.children.forEach((child, i) => {
    const { x, y } = layout.nodes[child.path];
    const { width, height } = boxes[i];
    const open = layouts.has(child.path);
    drawn.nodes.push({ child, look: lookOf(child), x: left + x, y: top + y, width, height, open, depth });
    if (open) {
      addGroup(drawn, child.path, groups, layouts, left + x - width / 2 + PADDING,
        top + y - height / 2 + HEADER + PADDING, depth + 1);
    }
  });
  group.edges.forEach((edge, i) => {
    drawn.edges.push({ edge, points: layout.edges[i].map((p) => ({ x: left + p.x, y: top + p.y })) });
  });
}

/**
 * A line through points that leaves and reaches each of them upright.
 * @param {{ x: number, y: number }[]} points
 */
export function curve(points) {
  return `M${pair(points[0])}${points.slice(1).map((end, i) => piece(points[i], end)).join('')}`;
}

/** @param {{ x: number, y: number }} start @param {{ x: number, y: number }} end */
function piece(start, end) {
  if (start.x === end.x || start.y === end.y) return `L${pair(end)}`;
  const middle = (start.y + end.y) / 2;
  return `C${pair({ x: start.x, y: middle })} ${pair({ x: end.x, y: middle })} ${pair(end)}`;
}

/** @param {{ x: number, y: number }} point */
function pair({ x, y }) {
  return `${round(x)},${round(y)}`;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/**
 * Where a window that begins at `at` must begin to show something: moved as little as will do. Of
 * what is longer than the window the beginning is shown.
 * @param {number} at @param {number} size of the window @param {number} start @param {number} length
 */
export function shifted(at, size, start, length) {
  return length >= size ? start : Math.max(start + length - size, Math.min(at, start));
}

/**
 * What a screen reader says of a node.
 * @param {DrawnNode} node
 */
export function describeNode({ child, open }) {
  if (child.group) return `${child.path}, group of ${counted(child.nodes, 'node')}, ${open ? 'open' : 'closed'}`;
  return `${child.path}, ${child.op}`;
}

/**
 * The node to go to from `from` in a direction of the arrow keys, or null.
 * @param {DrawnNode[]} nodes @param {DrawnNode} from @param {string} key
 */
export function neighbour(nodes, from, key) {
  const [dx, dy] = /** @type {Record<string, [number, number]>} */ ({
    ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
  })[key];
  let best = null;
  let least = Infinity;
  for (const node of nodes) {
    const along = (node.x - from.x) * dx + (node.y - from.y) * dy;
    const across = Math.abs((node.x - from.x) * dy) + Math.abs((node.y - from.y) * dx);
    const cost = along + 2 * across;
    if (node !== from && along > 1 && cost < least) {
      least = cost;
      best = node;
    }
  }
  return best;
}
