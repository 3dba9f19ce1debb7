// From answers and open groups to what is drawn: pure functions.
//
// Each open group is laid out by itself, innermost first; its size is then that of a box in the
// group around it. What is tucked away stands as a small pill beside its users, and is no box of
// the layout. An edge that crosses the border of an open group runs through a port on it: a point
// that all edges from or to the same box outside have in common.

import { say } from '../../lib/say.js';
import { lookOf, pillWidth, PILL_HEIGHT, sizeOf } from './looks.js';

/**
 * @typedef {import('./answers.js').Child} Child
 * @typedef {import('./answers.js').Edge} Edge
 * @typedef {import('./answers.js').Group} Group
 * @typedef {import('./answers.js').EdgeKind} EdgeKind
 * @typedef {import('../../lib/layered/index.js').Layout} Layout
 * @typedef {import('../../lib/layered/index.js').Point} Point
 * @typedef {{ child: Child, path: string, group: string, look: import('./looks.js').Look, x: number, y: number, width: number, height: number, open: boolean, depth: number }} DrawnNode
 *     x, y: its middle; group: the path of the group that it stands in
 * @typedef {{ child: Child, path: string, group: string, host: string, look: import('./looks.js').Look, copy: boolean, side: 'left' | 'right', kind: EdgeKind, x: number, y: number, width: number, height: number, depth: number }} DrawnPill
 *     host: beside whom it stands; copy: whether it also stands elsewhere
 * @typedef {{ host: string, group: string, side: 'left' | 'right', more: string[], x: number, y: number, width: number, height: number }} DrawnRest
 *     more: paths of the pills for which there was no room
 * @typedef {{ edge: Edge, key: string, group: string, points: Point[], back: boolean, from: boolean, to: boolean, depth: number }} DrawnEdge
 *     from, to: whether it begins and ends at a box, and not at a port
 * @typedef {{ group: string, outer: string, direction: 'in' | 'out', x: number, y: number }} DrawnPort
 * @typedef {{ nodes: DrawnNode[], pills: DrawnPill[], rests: DrawnRest[], edges: DrawnEdge[], ports: DrawnPort[], width: number, height: number }} Scene
 */

export const HEADER = 28; // height of an open group's title
const PADDING = 18;
const MOST_PILLS = 4; // on one side of a box
const PILL_GAP = 3;
const PILL_SPACE = 14; // between pills and their box
const MOST_PORTS = 8; // on one border of a group; the rest share the last one
const PORT = 6;
const REST = say('graph.rest');

/** The groups to lay out, innermost first: those that are open, and so are all around them. @param {Map<string, Group>} groups @param {Set<string>} open */
export function layoutOrder(groups, open) {
  const reachable = [...open].map((path) => groups.get(path)).filter((group) => group !== undefined)
    .filter((group) => group.path !== '' && group.within.every((parent) => open.has(parent)));
  return [...reachable.sort((a, b) => b.within.length - a.within.length || (a.path < b.path ? -1 : 1)).map(({ path }) => path), ''];
}

/**
 * Which children of the open groups are tucked away.
 * @param {Iterable<Group>} groups @param {Set<string>} out those that were pulled out @param {Set<string>} open
 * @returns {Map<string, Child>}
 */
export function tuckedIn(groups, out, open) {
  const found = new Map();
  for (const { children } of groups) {
    for (const child of children) if (child.tuck && !out.has(child.path) && !open.has(child.path)) found.set(child.path, child);
  }
  return found;
}

/**
 * What a group's picture consists of, before anything has a place.
 * @typedef {{ child: Child, kind: EdgeKind, copy: boolean, side: 'left' | 'right' }} Pill
 * @typedef {{ boxes: Child[], pills: Map<string, Pill[]>, edges: Edge[], ports: { key: string, outer: string, direction: 'in' | 'out' }[] }} Plan
 *     pills: beside which child; ports: key is the id in the layout, and an edge's end
 * @param {Group} group @param {Map<string, Child>} tucked
 * @returns {Plan}
 */
export function planOf(group, tucked) {
  const boxes = group.children.filter(({ path }) => !tucked.has(path));
  const own = new Map(group.children.map((child) => [child.path, child]));
  /** @type {Plan} */
  const plan = { boxes, pills: new Map(), edges: [], ports: [] };
  for (const edge of group.edges) {
    const [source, target] = [tucked.get(edge.source), tucked.get(edge.target)];
    if (source && target) continue;
    if (source) addPill(plan, edge.target, { child: source, kind: edge.kind, copy: source.tuck?.into !== edge.target, side: 'left' });
    else if (target) addPill(plan, edge.source, { child: target, kind: edge.kind, copy: target.tuck?.into !== edge.source, side: 'right' });
    else if (own.has(edge.source) && own.has(edge.target)) plan.edges.push(edge);
  }
  // What is tucked beside somebody that it has no edge with, over others that are tucked, too.
  for (const { path, tuck } of group.children) {
    const child = tucked.get(path);
    const into = tuck?.into;
    if (!child || !into || !own.has(into) || tucked.has(into)) continue;
    const beside = plan.pills.get(into) ?? [];
    if (!beside.some((pill) => pill.child === child)) addPill(plan, into, { child, kind: 'control', copy: false, side: tuck.as === 'summary' ? 'right' : 'left' });
  }
  addPorts(plan, group, own, tucked);
  return plan;
}

/** @param {Plan} plan @param {string} host @param {Pill} pill */
function addPill(plan, host, pill) {
  const beside = plan.pills.get(host) ?? [];
  plan.pills.set(host, beside);
  if (!beside.some(({ child, side }) => child === pill.child && side === pill.side)) beside.push(pill);
}

/** @param {Plan} plan @param {Group} group @param {Map<string, Child>} own @param {Map<string, Child>} tucked */
function addPorts(plan, group, own, tucked) {
  /** @type {Map<string, string>} */
  const keys = new Map();
  const inside = group.ports.filter(({ inner }) => own.has(inner) && !tucked.has(inner));
  for (const direction of /** @type {const} */ (['in', 'out'])) {
    const outers = new Set(inside.filter((port) => port.direction === direction && !tucked.has(port.outer)).map(({ outer }) => outer));
    [...outers].forEach((outer, i) => {
      const shared = i >= MOST_PORTS - 1 && outers.size > MOST_PORTS;
      const key = portKey(direction, shared ? REST : outer);
      keys.set(`${direction} ${outer}`, key);
      if (!shared || i === MOST_PORTS - 1) plan.ports.push({ key, outer: shared ? REST : outer, direction });
    });
  }
  /** @type {Map<string, Edge>} */
  const merged = new Map();
  for (const { inner, direction, outer, kind, count, shape, type, bytes } of inside) {
    const pill = tucked.get(outer);
    if (pill) {
      addPill(plan, inner, { child: pill, kind, copy: true, side: direction === 'in' ? 'left' : 'right' });
      continue;
    }
    const key = /** @type {string} */ (keys.get(`${direction} ${outer}`));
    const [source, target] = direction === 'in' ? [key, inner] : [inner, key];
    const known = merged.get(`${source}\n${target}\n${kind}`);
    if (known) known.count += count;
    else merged.set(`${source}\n${target}\n${kind}`, { source, target, kind, count, shape, type, bytes });
  }
  plan.edges.push(...merged.values());
}

/** @param {'in' | 'out'} direction @param {string} outer */
function portKey(direction, outer) {
  return `\u0001${direction} ${outer}`;
}

/** @typedef {{ left: number, right: number, width: number, height: number, core: number }} Extent of a box with its pills: space at its sides, and all of it; core: how high the box alone is */

/** @param {Child} child @param {Plan} plan @param {Map<string, Layout>} layouts @returns {Extent} */
function extentOf(child, plan, layouts) {
  const inner = layouts.get(child.path);
  const body = inner ? { width: Math.max(inner.width + 2 * PADDING, sizeOf(child).width + 24), height: inner.height + HEADER + 2 * PADDING } : sizeOf(child);
  const { left, right } = columnsOf(plan.pills.get(child.path) ?? []);
  const space = (/** @type {{ width: number }[]} */ column) => (column.length ? Math.max(...column.map(({ width }) => width)) + PILL_SPACE : 0);
  const tall = Math.max(left.length, right.length) * (PILL_HEIGHT + PILL_GAP) - PILL_GAP;
  return { left: space(left), right: space(right), width: body.width + space(left) + space(right), height: Math.max(body.height, tall), core: body.height };
}

/**
 * Which pills there is room for, at each side, with their widths; the last one may stand for more.
 * @param {Pill[]} pills
 */
function columnsOf(pills) {
  const column = (/** @type {'left' | 'right'} */ side) => {
    const here = pills.filter((pill) => pill.side === side);
    const shown = here.length > MOST_PILLS ? here.slice(0, MOST_PILLS - 1) : here;
    const rest = here.slice(shown.length);
    const listed = shown.map((pill) => ({ pill, width: pillWidth(pill.child.name), more: /** @type {Pill[]} */ ([]) }));
    return rest.length ? [...listed, { pill: null, width: 40, more: rest }] : listed;
  };
  return { left: column('left'), right: column('right') };
}

/**
 * What the layout of one group needs.
 * @param {Plan} plan @param {Map<string, Layout>} layouts of the groups inside that are open
 * @param {Map<string, Plan>} plans of the same
 */
export function layoutInput(plan, layouts, plans) {
  const extents = new Map(plan.boxes.map((child) => [child.path, extentOf(child, plan, layouts)]));
  const boxes = plan.boxes.map((child) => {
    const { left, right, width, height, core } = /** @type {Extent} */ (extents.get(child.path));
    const nominal = sizeOf(child).width + left + right;
    return { id: child.path, width, height, nominal, shift: (left - right) / 2, span: width - left - right, core };
  });
  const at = (/** @type {string} */ path, /** @type {'in' | 'out'} */ direction, /** @type {string} */ outer) => {
    const [inner, innerPlan] = [layouts.get(path), plans.get(path)];
    if (!inner || !innerPlan) return undefined;
    const port = innerPlan.ports.find((one) => one.direction === direction && one.outer === outer)
      ?? innerPlan.ports.find((one) => one.direction === direction && one.outer === REST);
    if (!port) return undefined;
    const { left, right } = /** @type {Extent} */ (extents.get(path));
    return inner.nodes[port.key].x - inner.width / 2 + (left - right) / 2;
  };
  return {
    nodes: [...boxes, ...plan.ports.map(({ key, direction }) => ({ id: key, width: PORT, height: 0, pin: direction }))],
    edges: plan.edges.map(({ source, target, kind }) => ({
      source, target, loop: kind === 'loop', sourceAt: at(source, 'out', outerOf(target)), targetAt: at(target, 'in', outerOf(source)),
    })),
  };
}

/** The box outside that a port stands for, or the path itself. @param {string} end of an edge */
export function outerOf(end) {
  return end.startsWith('\u0001') ? end.slice(end.indexOf(' ') + 1) : end;
}

/**
 * Everything that is drawn, in the pixels of the whole picture.
 * @param {Map<string, Plan>} plans @param {Map<string, Layout>} layouts
 * @returns {Scene}
 */
export function scene(plans, layouts) {
  /** @type {Scene} */
  const drawn = { nodes: [], pills: [], rests: [], edges: [], ports: [], width: 0, height: 0 };
  const whole = layouts.get('');
  if (!whole) return drawn;
  drawn.width = whole.width;
  drawn.height = whole.height;
  addGroup(drawn, '', plans, layouts, { left: 0, top: 0, above: 0, below: 0 }, 0);
  return drawn;
}

/**
 * @param {Scene} drawn @param {string} path @param {Map<string, Plan>} plans
 * @param {Map<string, Layout>} layouts @param {{ left: number, top: number, above: number, below: number }} place of
 *     the layout's corner, and how far the group's border is above and below the layout
 * @param {number} depth
 */
function addGroup(drawn, path, plans, layouts, { left, top, above, below }, depth) {
  const [plan, layout] = [plans.get(path), layouts.get(path)];
  if (!plan || !layout) return;
  plan.edges.forEach((edge, i) => {
    const [source, target] = [outerOf(edge.source), outerOf(edge.target)];
    const points = layout.edges[i].map((p) => ({ x: left + p.x, y: top + p.y }));
    if (source !== edge.source) points.unshift({ x: points[0].x, y: top + layout.height + below });
    if (target !== edge.target) points.push({ x: points[points.length - 1].x, y: top - above });
    drawn.edges.push({ edge: { ...edge, source, target }, key: `${path}\n${edge.source}\n${edge.target}\n${edge.kind}`, group: path,
      points, back: layout.back[i], from: source === edge.source, to: target === edge.target, depth });
  });
  for (const { key, outer, direction } of plan.ports) {
    const { x } = layout.nodes[key];
    drawn.ports.push({ group: path, outer, direction, x: left + x, y: direction === 'in' ? top + layout.height + below : top - above });
  }
  for (const child of plan.boxes) {
    const { x, y } = layout.nodes[child.path];
    const extent = extentOf(child, plan, layouts);
    const inner = layouts.get(child.path);
    const body = { x: left + x + (extent.left - extent.right) / 2, y: top + y, width: extent.width - extent.left - extent.right, height: extent.core };
    drawn.nodes.push({ child, path: child.path, group: path, look: lookOf(child), ...body, open: inner !== undefined, depth });
    addPills(drawn, plan, child, body, path, depth);
    const corner = { left: body.x - (inner?.width ?? 0) / 2, top: body.y - body.height / 2 + HEADER + PADDING, above: HEADER + PADDING, below: PADDING };
    if (inner) addGroup(drawn, child.path, plans, layouts, corner, depth + 1);
  }
}

/** @param {Scene} drawn @param {Plan} plan @param {Child} child @param {{ x: number, y: number, width: number, height: number }} body @param {string} group @param {number} depth */
function addPills(drawn, plan, child, body, group, depth) {
  const columns = columnsOf(plan.pills.get(child.path) ?? []);
  for (const side of /** @type {const} */ (['left', 'right'])) {
    const column = columns[side];
    const tall = column.length * (PILL_HEIGHT + PILL_GAP) - PILL_GAP;
    column.forEach(({ pill, width, more }, i) => {
      const x = side === 'left' ? body.x - body.width / 2 - PILL_SPACE - width / 2 : body.x + body.width / 2 + PILL_SPACE + width / 2;
      const y = body.y - tall / 2 + i * (PILL_HEIGHT + PILL_GAP) + PILL_HEIGHT / 2;
      if (pill === null) drawn.rests.push({ host: child.path, group, side, more: more.map((one) => one.child.path), x, y, width, height: PILL_HEIGHT });
      else {
        const look = pill.child.tuck?.as ?? 'op';
        drawn.pills.push({ child: pill.child, path: pill.child.path, group, host: child.path, look, copy: pill.copy, side, kind: pill.kind, x, y, width, height: PILL_HEIGHT, depth });
      }
    });
  }
}

/**
 * Where a window that begins at `at` must begin to show something: moved as little as will do. Of
 * what is longer than the window the beginning is shown.
 * @param {number} at @param {number} size of the window @param {number} start @param {number} length
 */
export function shifted(at, size, start, length) {
  return length >= size ? start : Math.max(start + length - size, Math.min(at, start));
}
