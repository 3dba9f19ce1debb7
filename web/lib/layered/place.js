// Where on its rank each node stands: as nearly above what it is joined to as its neighbours allow.
//
// A rank is settled at once: the places nearest to the wanted ones that keep order and distances
// are found by pooling those that would collide. Wide turns up and down let this travel.

const ROUNDS = 16;
const ROUNDS_OF_LARGE = 4;
const LARGE = 3000; // vertices
const STRAIGHT = 16; // how much more the pieces of one long edge want to be in line than an end of it
const NEAR = 6; // the same of two nodes that are joined directly

/**
 * @typedef {{ ranks: number[][], joints: Joint[], half: Float64Array, isBend: Uint8Array, gap: number, thin: number }} Rows
 *     half: half the width of each vertex; isBend: 1 where a long edge only passes;
 *     gap between nodes, thin where an edge passes
 * @typedef {{ low: number, high: number, lowAt: number, highAt: number }} Joint
 *     two vertices of neighbouring ranks, and how far right of their middles the edge meets them
 */

/**
 * The x of each vertex's middle.
 * @param {Rows} rows @param {Float64Array} [from] where they stand by now
 * @returns {Float64Array}
 */
export function across(rows, from) {
  const { ranks, half } = rows;
  const n = half.length;
  const x = from ?? new Float64Array(n);
  const apart = ranks.map((rank) => distances(rank, rows));
  if (!from) ranks.forEach((rank, r) => spread(rank, apart[r], x));
  const sides = neighbours(rows);
  const rounds = n > LARGE ? ROUNDS_OF_LARGE : ROUNDS;
  for (let round = 0; round < rounds; round += 1) {
    const both = round >= rounds - 2;
    const up = round % 2 === 0;
    for (let i = 0; i < ranks.length; i += 1) {
      const r = up ? i : ranks.length - 1 - i;
      settle(ranks[r], apart[r], x, both ? [sides.below, sides.above] : [up ? sides.below : sides.above]);
    }
  }
  straighten(rows, apart, x);
  return x;
}

/** Distances between the middles of neighbours in a rank. @param {number[]} rank @param {Rows} rows */
function distances(rank, { half, isBend, gap, thin }) {
  return rank.slice(1).map((b, i) => half[rank[i]] + half[b] + (isBend[rank[i]] || isBend[b] ? thin : gap));
}

/** As close as allowed, around 0. @param {number[]} rank @param {number[]} apart @param {Float64Array} x */
function spread(rank, apart, x) {
  let at = -apart.reduce((sum, d) => sum + d, 0) / 2;
  rank.forEach((vertex, i) => {
    x[vertex] = at;
    at += apart[i] ?? 0;
  });
}

/** @param {Rows} rows */
function neighbours({ joints, isBend, half }) {
  const lists = () => Array.from({ length: half.length }, () => /** @type {{ other: number, shift: number, weight: number }[]} */ ([]));
  const [below, above] = [lists(), lists()];
  for (const { low, high, lowAt, highAt } of joints) {
    const weight = isBend[low] && isBend[high] ? STRAIGHT : isBend[low] || isBend[high] ? 1 : NEAR;
    below[high].push({ other: low, shift: lowAt - highAt, weight });
    above[low].push({ other: high, shift: highAt - lowAt, weight });
  }
  return { below, above };
}

/**
 * Puts a rank where its neighbours pull it. Blocks of vertices that touch move as one.
 * @param {number[]} rank @param {number[]} apart @param {Float64Array} x
 * @param {{ other: number, shift: number, weight: number }[][][]} sides
 */
function settle(rank, apart, x, sides) {
  // Of each block the wanted place of its first vertex, as a sum and a weight, and its vertices.
  const [sums, weights, counts] = [new Float64Array(rank.length), new Float64Array(rank.length), new Int32Array(rank.length)];
  let blocks = 0;
  let offset = 0;
  for (let i = 0; i < rank.length; i += 1) {
    const vertex = rank[i];
    let [sum, weight] = [0, 0];
    for (const side of sides) for (const { other, shift, weight: w } of side[vertex]) {
      sum += w * (x[other] + shift);
      weight += w;
    }
    const wanted = weight ? sum / weight : x[vertex];
    const pull = weight || 0.01; // who is joined to nothing gives way
    sums[blocks] = pull * (wanted - offset);
    weights[blocks] = pull;
    counts[blocks] = 1;
    for (; blocks > 0 && sums[blocks - 1] / weights[blocks - 1] >= sums[blocks] / weights[blocks]; blocks -= 1) {
      sums[blocks - 1] += sums[blocks];
      weights[blocks - 1] += weights[blocks];
      counts[blocks - 1] += counts[blocks];
    }
    blocks += 1;
    offset += apart[i] ?? 0;
  }
  offset = 0;
  for (let block = 0, i = 0; block < blocks; block += 1) {
    const start = sums[block] / weights[block];
    for (const end = i + counts[block]; i < end; i += 1) {
      x[rank[i]] = start + offset;
      offset += apart[i] ?? 0;
    }
  }
}

/**
 * Takes small steps out of long edges: all bends of one stand in line where there is room.
 * @param {Rows} rows @param {number[][]} apart @param {Float64Array} x
 */
function straighten({ ranks, joints, isBend, half }, apart, x) {
  const at = new Int32Array(half.length);
  const rankOf = new Int32Array(half.length);
  ranks.forEach((rank, r) => rank.forEach((vertex, i) => {
    at[vertex] = i;
    rankOf[vertex] = r;
  }));
  const room = (/** @type {number} */ vertex) => {
    const [rank, d, i] = [ranks[rankOf[vertex]], apart[rankOf[vertex]], at[vertex]];
    return { low: i > 0 ? x[rank[i - 1]] + d[i - 1] : -Infinity, high: i + 1 < rank.length ? x[rank[i + 1]] - d[i] : Infinity };
  };
  for (const { chain, ends } of chains(joints, isBend)) {
    let [low, high] = [-Infinity, Infinity];
    for (const vertex of chain) {
      const free = room(vertex);
      low = Math.max(low, free.low);
      high = Math.min(high, free.high);
    }
    if (low > high) continue;
    const middle = chain.reduce((sum, vertex) => sum + x[vertex], 0) / chain.length;
    const inLine = ends.map(({ vertex, shift }) => x[vertex] + shift).filter((place) => place >= low && place <= high);
    const nearest = inLine.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
    const place = nearest ?? Math.min(high, Math.max(low, middle));
    for (const vertex of chain) x[vertex] = place;
  }
}

/**
 * Runs of bends, each with the nodes at its ends.
 * @param {Joint[]} joints @param {Uint8Array} isBend
 */
function chains(joints, isBend) {
  /** @type {Map<number, number[]>} */
  const ups = new Map();
  /** @type {Map<number, { vertex: number, shift: number }[]>} */
  const ends = new Map();
  const begun = new Set();
  for (const { low, high, lowAt, highAt } of joints) {
    if (isBend[low] && isBend[high]) {
      ups.set(low, [...(ups.get(low) ?? []), high]);
      begun.add(high);
    } else if (isBend[low]) ends.set(low, [...(ends.get(low) ?? []), { vertex: high, shift: highAt }]);
    else if (isBend[high]) ends.set(high, [...(ends.get(high) ?? []), { vertex: low, shift: lowAt }]);
  }
  const found = [];
  const bends = [...new Set(joints.flatMap(({ low, high }) => [low, high]).filter((v) => isBend[v]))].sort((a, b) => a - b);
  const used = new Set();
  for (const start of [...bends.filter((v) => !begun.has(v)), ...bends]) {
    if (used.has(start)) continue;
    const chain = [];
    for (let vertex = /** @type {number | undefined} */ (start); vertex !== undefined && !used.has(vertex); vertex = ups.get(vertex)?.[0]) {
      used.add(vertex);
      chain.push(vertex);
    }
    found.push({ chain, ends: [...(ends.get(chain[0]) ?? []), ...(ends.get(chain[chain.length - 1]) ?? [])] });
  }
  return found;
}
