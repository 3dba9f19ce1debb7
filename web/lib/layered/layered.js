// One connected piece of a graph on ranks, flowing upwards.
//
// An edge over several ranks bends only between them: where it passes a rank it is a vertex of its
// own, a bend. Edges with one end in common share their bends, so they run as one line until they
// part. Lines leave a node at its top and enter one at its bottom, side by side.

import { ordered } from './order.js';
import { across } from './place.js';
import { loops, ranks } from './rank.js';

const GAP = 26; // px between nodes of a rank
const THIN = 12; // px between a passing edge and its neighbour
const ROW_GAP = 36; // px between two ranks, at least
const WIDEST_GAP = 96;
const STEEP = 0.1; // px more between two ranks for each px that a line there goes sideways
const SPACING = 14; // px between two lines' ends at a node, at most
const CORNER = 16; // px of a node's side, in all, where no line ends
const MOST_BENDS = 20000; // beyond it the longest edges run freely, behind the nodes

/**
 * @typedef {{ width: number, height: number, pin?: 'in' | 'out' | null, shift?: number, span?: number, core?: number }} Node
 *     pin: stands on the lower or upper border; span, core: the width and height of the part at which lines
 *     end, if not all of it, and shift: how far right of the node's middle the middle of that is
 * @typedef {{ source: number, target: number, loop?: boolean, sourceAt?: number, targetAt?: number }} Edge
 *     numbers of nodes; sourceAt, targetAt: px right of the node's middle where the line has to end
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ places: Point[], lines: Point[][], back: boolean[], width: number, height: number }} Placed
 *     places: middles of the nodes; back: for each edge whether it runs against the flow
 */

/** @param {Node[]} nodes @param {Edge[]} edges @returns {Placed} */
export function layered(nodes, edges) {
  const back = loops(nodes.length, edges.map(({ source, target, loop }) => ({ tail: source, head: target, loop })));
  const web = weave(nodes, edges, back);
  const rows = ordered(web);
  const half = Float64Array.from(web.rankOf, (_, v) => (v < nodes.length ? nodes[v].width / 2 : 1));
  const isBend = Uint8Array.from(web.rankOf, (_, v) => (v < nodes.length ? 0 : 1));
  const joints = jointsOf(web, edges, back);
  const space = { ranks: rows, joints, half, isBend, gap: GAP, thin: THIN };
  let x = across(space);
  spreadEnds(joints, nodes, x);
  x = across(space, x);
  spreadEnds(joints, nodes, x);
  return finish(nodes, edges, back, web, rows, joints, x);
}

/** @typedef {{ rankOf: number[], ways: number[][], ranks: number[][], below: Int32Array[], above: Int32Array[] }} Web */

/**
 * Vertices (the nodes, then bends) on ranks, and the way of each edge over them, upwards.
 * @param {Node[]} nodes @param {Edge[]} edges @param {boolean[]} back
 * @returns {Web}
 */
function weave(nodes, edges, back) {
  const arcs = edges.map(({ source, target }, i) => (back[i] ? { tail: target, head: source } : { tail: source, head: target }));
  const rankOf = [...rankNodes(nodes, arcs)];
  const spans = arcs.map(({ tail, head }) => Math.max(0, rankOf[head] - rankOf[tail] - 1));
  // An edge shares its bends with those of the end that has more long edges.
  const [leaving, coming] = [new Int32Array(nodes.length), new Int32Array(nodes.length)];
  arcs.forEach(({ tail, head }, i) => {
    if (!spans[i]) return;
    leaving[tail] += 1;
    coming[head] += 1;
  });
  const owners = arcs.map(({ tail, head }, i) => 4 * (leaving[tail] >= coming[head] ? tail : head) + (leaving[tail] >= coming[head] ? 0 : 1) + (back[i] ? 2 : 0));
  const free = beyond(owners, spans);
  const most = rankOf.reduce((highest, rank) => Math.max(highest, rank), 0) + 1;
  /** @type {Map<number, number>} */
  const bends = new Map();
  const bend = (/** @type {number} */ owner, /** @type {number} */ rank) => {
    const key = owner * most + rank;
    const known = bends.get(key);
    if (known !== undefined) return known;
    bends.set(key, rankOf.length);
    return rankOf.push(rank) - 1;
  };
  const ways = arcs.map(({ tail, head }, i) => {
    if (tail === head) return [];
    if (free.has(owners[i])) return [tail, head];
    return [tail, ...Array.from({ length: spans[i] }, (_, k) => bend(owners[i], rankOf[tail] + 1 + k)), head];
  });
  return { rankOf, ways, ...joined(rankOf, ways) };
}

/** Ranks with what is pinned on the first and the last. @param {Node[]} nodes @param {{ tail: number, head: number }[]} arcs */
function rankNodes(nodes, arcs) {
  const free = arcs.filter(({ tail, head }) => tail !== head && !nodes[tail].pin && !nodes[head].pin);
  const rank = ranks(nodes.length, free);
  const first = nodes.some(({ pin }) => pin === 'in') ? 1 : 0;
  let top = 0;
  nodes.forEach(({ pin }, i) => { if (!pin) top = Math.max(top, rank[i]); });
  return rank.map((r, i) => (nodes[i].pin === 'in' ? 0 : nodes[i].pin === 'out' ? first + top + 1 : first + r));
}

/**
 * Of those that share bends, the ones that would need too many: the longest.
 * @param {number[]} owners of each edge's bends: a node, whether it is the end above, whether the edge runs back @param {number[]} spans
 */
function beyond(owners, spans) {
  /** @type {Map<number, number>} */
  const longest = new Map();
  owners.forEach((owner, i) => longest.set(owner, Math.max(longest.get(owner) ?? 0, spans[i])));
  let rest = MOST_BENDS;
  const free = new Set();
  for (const [owner, span] of [...longest].sort((a, b) => a[1] - b[1])) {
    rest -= span;
    if (rest < 0 && span > 0) free.add(owner);
  }
  return free;
}

/** @param {number[]} rankOf @param {number[][]} ways */
function joined(rankOf, ways) {
  /** @type {Set<number>[]} */
  const ups = rankOf.map(() => new Set());
  for (const way of ways) for (let i = 1; i < way.length; i += 1) {
    if (rankOf[way[i]] === rankOf[way[i - 1]] + 1) ups[way[i - 1]].add(way[i]);
  }
  /** @type {number[][]} */
  const downs = rankOf.map(() => []);
  ups.forEach((set, v) => set.forEach((up) => downs[up].push(v)));
  return { ranks: firstOrder(rankOf, ups, downs), above: ups.map((set) => Int32Array.from(set)), below: downs.map((list) => Int32Array.from(list)) };
}

/**
 * The vertices of each rank in the order in which a walk from the inputs, in the nodes' own order,
 * comes to them: what belongs together begins together.
 * @param {number[]} rankOf @param {Set<number>[]} ups @param {number[][]} downs
 */
function firstOrder(rankOf, ups, downs) {
  /** @type {number[][]} */
  const rows = Array.from({ length: Math.max(0, ...rankOf) + 1 }, () => []);
  const seen = new Uint8Array(rankOf.length);
  const roots = [...rankOf.keys()].sort((a, b) => rankOf[a] - rankOf[b] || a - b);
  for (const root of roots) {
    const walk = [root];
    while (walk.length) {
      const at = /** @type {number} */ (walk.pop());
      if (seen[at]) continue;
      seen[at] = 1;
      rows[rankOf[at]].push(at);
      walk.push(...[...ups[at]].reverse(), ...downs[at].slice().reverse());
    }
  }
  return rows;
}

/** @typedef {import('./place.js').Joint & { fixedLow: boolean, fixedHigh: boolean, edges: number[] }} Joint */

/**
 * The pieces of all ways, each once. @param {Web} web @param {Edge[]} edges @param {boolean[]} back
 * @returns {Joint[]}
 */
function jointsOf({ ways, rankOf }, edges, back) {
  /** @type {Map<number, Joint>} */
  const found = new Map();
  ways.forEach((way, i) => {
    for (let k = 1; k < way.length; k += 1) {
      const key = way[k - 1] * rankOf.length + way[k];
      const joint = found.get(key) ?? { low: way[k - 1], high: way[k], lowAt: 0, highAt: 0, fixedLow: false, fixedHigh: false, edges: [] };
      found.set(key, joint);
      joint.edges.push(i);
      const { sourceAt, targetAt } = edges[i];
      const [first, last] = back[i] ? [targetAt, sourceAt] : [sourceAt, targetAt];
      if (k === 1 && first !== undefined) [joint.lowAt, joint.fixedLow] = [first, true];
      if (k === way.length - 1 && last !== undefined) [joint.highAt, joint.fixedHigh] = [last, true];
    }
  });
  return [...found.values()];
}

/**
 * Where the lines end at the nodes: side by side, in the order in which they go on.
 * @param {Joint[]} joints @param {Node[]} nodes @param {Float64Array} x
 */
function spreadEnds(joints, nodes, x) {
  /** @type {Map<number, Joint[]>} by twice the node, and one more for its lower side */
  const sides = new Map();
  for (const joint of joints) {
    if (!joint.fixedLow && joint.low < nodes.length) push(sides, 2 * joint.low, joint);
    if (!joint.fixedHigh && joint.high < nodes.length) push(sides, 2 * joint.high + 1, joint);
  }
  for (const [side, ends] of sides) {
    const top = side % 2 === 0;
    const toward = (/** @type {Joint} */ joint) => (top ? x[joint.high] + joint.highAt : x[joint.low] + joint.lowAt);
    ends.sort((a, b) => toward(a) - toward(b));
    const { width, span = width, shift = 0 } = nodes[top ? ends[0].low : ends[0].high];
    const step = Math.min(SPACING, Math.max(1, span - CORNER) / ends.length);
    ends.forEach((joint, k) => (joint[top ? 'lowAt' : 'highAt'] = shift + (k - (ends.length - 1) / 2) * step));
  }
}

/** @template T @param {Map<number, T[]>} lists @param {number} key @param {T} item */
function push(lists, key, item) {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/**
 * Heights, and everything moved so that the picture begins at 0, 0.
 * @param {Node[]} nodes @param {Edge[]} edges @param {boolean[]} back @param {Web} web
 * @param {number[][]} rows @param {Joint[]} joints @param {Float64Array} x
 * @returns {Placed}
 */
function finish(nodes, edges, back, { rankOf, ways }, rows, joints, x) {
  const { tops, bottoms, height } = heights(nodes, rows, rankOf, joints, x);
  const places = nodes.map((_, v) => ({ x: x[v], y: (tops[rankOf[v]] + bottoms[rankOf[v]]) / 2 }));
  const ofPair = new Map(joints.map((joint) => [joint.low * rankOf.length + joint.high, joint]));
  const between = (/** @type {number} */ low, /** @type {number} */ high) => /** @type {Joint} */ (ofPair.get(low * rankOf.length + high));
  const lines = ways.map((way, i) => {
    if (!way.length) return selfLoop(places[edges[i].source], nodes[edges[i].source]);
    const { sourceAt, targetAt } = edges[i];
    const [first, last] = back[i] ? [targetAt, sourceAt] : [sourceAt, targetAt];
    const begin = first ?? between(way[0], way[1]).lowAt;
    const end = last ?? between(way[way.length - 2], way[way.length - 1]).highAt;
    const line = lead(way, begin, end);
    return back[i] ? line.reverse() : line;
  });
  /** @param {number[]} way @param {number} begin @param {number} end @returns {Point[]} */
  function lead(way, begin, end) {
    const [low, high] = [way[0], way[way.length - 1]];
    const [from, to] = [x[low] + begin, x[high] + end];
    const line = [{ x: from, y: places[low].y - coreOf(nodes[low]) / 2 }];
    let before = low;
    let at = from;
    // Upright pieces of a bundle go over many ranks: only where it moves aside there are points.
    for (let k = 1; k < way.length; k += 1) {
      const next = k === way.length - 1 ? to : x[way[k]];
      if (next !== at) line.push({ x: at, y: tops[rankOf[before]] }, { x: next, y: bottoms[rankOf[way[k]]] });
      [before, at] = [way[k], next];
    }
    line.push({ x: to, y: places[high].y + coreOf(nodes[high]) / 2 });
    return tidy(line);
  }
  return moved({ places, lines, back, width: 0, height }, nodes);
}

/** How high a node is where lines end at it. @param {Node} node */
export function coreOf({ height, core = height }) {
  return core;
}

/** Top and bottom of each rank; the highest rank is on top. @param {Node[]} nodes @param {number[][]} rows @param {number[]} rankOf @param {Joint[]} joints @param {Float64Array} x */
function heights(nodes, rows, rankOf, joints, x) {
  const aside = new Float64Array(rows.length); // how far a line goes sideways above each rank
  for (const { low, high, lowAt, highAt } of joints) aside[rankOf[low]] = Math.max(aside[rankOf[low]], Math.abs(x[low] + lowAt - x[high] - highAt));
  const tall = rows.map((row) => Math.max(0, ...row.map((v) => (v < nodes.length ? nodes[v].height : 0))));
  const [tops, bottoms] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  let y = 0;
  for (let r = rows.length - 1; r >= 0; r -= 1) {
    tops[r] = y;
    bottoms[r] = y + tall[r];
    y = bottoms[r] + (r ? Math.min(WIDEST_GAP, ROW_GAP + STEEP * aside[r - 1]) : 0);
  }
  return { tops, bottoms, height: y };
}

/** Without points that say nothing: doubles, and those between two straight above each other. @param {Point[]} line */
function tidy(line) {
  const once = line.filter((p, i) => i === 0 || p.x !== line[i - 1].x || p.y !== line[i - 1].y);
  return once.filter((p, i) => i === 0 || i === once.length - 1 || p.x !== once[i - 1].x || p.x !== once[i + 1].x);
}

/** An edge from a node to itself, at its right side. @param {Point} place @param {Node} node @returns {Point[]} */
function selfLoop({ x, y }, { width, height }) {
  const right = x + width / 2;
  return [{ x: right - 10, y: y - height / 2 }, { x: right - 10, y: y - height / 2 - 8 }, { x: right + 10, y: y - height / 2 - 8 },
    { x: right + 10, y: y + height / 2 + 8 }, { x: right - 10, y: y + height / 2 + 8 }, { x: right - 10, y: y + height / 2 }];
}

/** @param {Placed} placed @param {Node[]} nodes @returns {Placed} */
export function moved(placed, nodes) {
  let [left, right] = [Infinity, -Infinity];
  placed.places.forEach(({ x }, i) => {
    left = Math.min(left, x - nodes[i].width / 2);
    right = Math.max(right, x + nodes[i].width / 2);
  });
  for (const line of placed.lines) for (const { x } of line) {
    left = Math.min(left, x - 2);
    right = Math.max(right, x + 2);
  }
  for (const place of placed.places) place.x -= left;
  for (const line of placed.lines) for (const point of line) point.x -= left;
  return { ...placed, width: right - left };
}
