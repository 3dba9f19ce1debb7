// A piece of a graph that is too wide for ranks: its ranks are folded into several rows.
//
// All rows share their columns, and between two columns there is an aisle that runs through all of
// them. A line goes from its node into an aisle, along it, and out again, so it crosses no node.
// The cost grows with nodes and edges, and with nothing else.

import { coreOf, moved } from './layered.js';
import { loops, ranks } from './rank.js';

const AISLE = 26; // px between columns
const ROW_GAP = 40;
const RANK_GAP = 18; // px more between two ranks
const LANES = 5; // in an aisle
const ASPECT = 1.7; // width to height that the picture should have

/** @typedef {import('./layered.js').Node} Node @typedef {import('./layered.js').Edge} Edge @typedef {import('./layered.js').Placed} Placed */

/** @param {Node[]} nodes @param {Edge[]} edges @returns {Placed} */
export function folded(nodes, edges) {
  const back = loops(nodes.length, edges.map(({ source, target, loop }) => ({ tail: source, head: target, loop })));
  const arcs = edges.map(({ source, target }, i) => (back[i] ? { tail: target, head: source } : { tail: source, head: target })).filter(({ tail, head }) => tail !== head);
  const rank = ranks(nodes.length, arcs);
  /** @type {number[][]} */
  const byRank = [];
  rank.forEach((r, i) => (byRank[r] ??= []).push(i));
  const columns = columnsFor(byRank, nodes);
  const grid = cells(byRank, columns, arcs, nodes.length);
  return lead(nodes, edges, back, grid);
}

/** How many columns give the picture its aspect. @param {number[][]} byRank @param {Node[]} nodes */
function columnsFor(byRank, nodes) {
  const mean = (/** @type {(node: Node) => number} */ size) => nodes.reduce((sum, node) => sum + size(node), 0) / nodes.length;
  const [width, height] = [mean((node) => node.width) + AISLE, mean((node) => node.height) + ROW_GAP];
  let columns = 4;
  const rows = (/** @type {number} */ n) => byRank.reduce((sum, rank) => sum + Math.ceil(rank.length / n), 0);
  while (columns * width < ASPECT * rows(columns) * height && columns < nodes.length) columns += 1;
  return columns;
}

/**
 * Row and column of each node: in each rank sorted by where its inputs stand, column by column.
 * @param {number[][]} byRank @param {number} columns @param {{ tail: number, head: number }[]} arcs @param {number} n
 */
function cells(byRank, columns, arcs, n) {
  const [sum, count] = [new Float64Array(n), new Float64Array(n)];
  /** @type {number[][]} */
  const leaving = Array.from({ length: n }, () => []);
  for (const { tail, head } of arcs) leaving[tail].push(head);
  const [row, column] = [new Int32Array(n), new Int32Array(n)];
  let first = 0;
  /** @type {number[]} rows that begin a rank */
  const begins = [];
  for (const rank of byRank) {
    const wanted = (/** @type {number} */ v) => (count[v] ? sum[v] / count[v] : columns / 2);
    const sorted = rank.slice().sort((a, b) => wanted(a) - wanted(b) || a - b);
    const deep = Math.ceil(sorted.length / columns);
    const used = Math.ceil(sorted.length / deep);
    let least = 0;
    sorted.forEach((v, i) => {
      const nth = Math.floor(i / deep);
      if (i % deep === 0) {
        const free = columns - (used - nth); // so that all others find a column
        least = Math.max(least, Math.min(free, Math.round(wanted(v))));
        if (i) least = Math.max(least, column[sorted[i - 1]] + 1);
      }
      column[v] = least;
      row[v] = first + (i % deep);
      for (const head of leaving[v]) {
        sum[head] += least;
        count[head] += 1;
      }
    });
    begins.push(first);
    first += deep;
  }
  return { row, column, rows: first, columns, begins: new Set(begins) };
}

/**
 * @param {Node[]} nodes @param {Edge[]} edges @param {boolean[]} back
 * @param {{ row: Int32Array, column: Int32Array, rows: number, columns: number, begins: Set<number> }} grid
 * @returns {Placed}
 */
function lead(nodes, edges, back, { row, column, rows, columns, begins }) {
  const [wide, tall] = [new Float64Array(columns), new Float64Array(rows)];
  nodes.forEach(({ width, height }, v) => {
    wide[column[v]] = Math.max(wide[column[v]], width);
    tall[row[v]] = Math.max(tall[row[v]], height);
  });
  const left = new Float64Array(columns + 1);
  for (let c = 0; c < columns; c += 1) left[c + 1] = left[c] + wide[c] + AISLE;
  const [tops, bottoms] = [new Float64Array(rows), new Float64Array(rows)];
  let y = 0;
  for (let r = rows - 1; r >= 0; r -= 1) {
    tops[r] = y;
    bottoms[r] = y + tall[r];
    y = bottoms[r] + (r ? ROW_GAP + (begins.has(r) ? RANK_GAP : 0) : 0);
  }
  const places = nodes.map((_, v) => ({ x: left[column[v]] + wide[column[v]] / 2, y: (tops[row[v]] + bottoms[row[v]]) / 2 }));
  const lines = edges.map(({ source, target }, i) => {
    const [low, high] = back[i] ? [target, source] : [source, target];
    const line = low === high ? [] : way(low, high, i);
    return back[i] ? line.reverse() : line;
  });
  /** @param {number} low @param {number} high @param {number} i */
  function way(low, high, i) {
    const [from, to] = [places[low].x + (nodes[low].shift ?? 0), places[high].x + (nodes[high].shift ?? 0)];
    const begin = [{ x: from, y: places[low].y - coreOf(nodes[low]) / 2 }, { x: from, y: tops[row[low]] }];
    const end = [{ x: to, y: bottoms[row[high]] }, { x: to, y: places[high].y + coreOf(nodes[high]) / 2 }];
    if (row[high] - row[low] <= 1) return [...begin, ...end];
    const aisle = column[high] > column[low] ? column[high] : column[high] + 1; // the one beside the target, towards the source
    const x = left[aisle] - AISLE / 2 + (((low * 7 + i) % LANES) - (LANES - 1) / 2) * (AISLE / (LANES + 2));
    return [...begin, { x, y: bottoms[row[low] + 1] }, { x, y: tops[row[high] - 1] }, ...end];
  }
  return moved({ places, lines, back, width: 0, height: y }, nodes);
}
