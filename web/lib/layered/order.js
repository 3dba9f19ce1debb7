// In which order the nodes of a rank stand, so that few edges cross.
//
// Sweeps sort each rank by the mean place of what its nodes are joined to in the rank before, up
// and down in turns; the best order seen is kept. Places only depend on what is joined to what and
// on the order of the nodes, never on sizes: a box that opens changes no order.

const SWEEPS = 24;
const LARGE = 1500; // vertices; among more, fewer sweeps have to do
const SWEEPS_OF_LARGE = 8;
const PATIENCE = 5; // sweeps without a better order
const MOST_TRIED = 400; // vertices for which there are several attempts
const MOST_SWAPPED = 600; // vertices among which neighbours are also swapped by hand

/**
 * @typedef {{ ranks: number[][], below: Int32Array[], above: Int32Array[] }} Layers
 *     ranks: vertices by rank; below and above: for each vertex what it is joined to one rank lower and higher
 */

/**
 * The ranks in a better order: the best of some attempts, which begin with the order given and with
 * that of the numbers, upwards and downwards.
 * @param {Layers} layers
 * @returns {number[][]}
 */
export function ordered(layers) {
  const numbers = layers.ranks.map((rank) => rank.slice().sort((a, b) => a - b));
  const attempts = layers.below.length > MOST_TRIED ? [{ start: layers.ranks, upFirst: true }]
    : [layers.ranks, numbers].flatMap((start) => [{ start, upFirst: true }, { start, upFirst: false }]);
  let best = { rows: layers.ranks, crossed: Infinity };
  for (const { start, upFirst } of attempts) {
    const found = swept(layers, start, upFirst);
    if (found.crossed < best.crossed) best = found;
  }
  return best.rows;
}

/** @param {Layers} layers @param {number[][]} start @param {boolean} upFirst */
function swept({ below, above }, start, upFirst) {
  const place = new Float64Array(below.length);
  const current = start.map((rank) => rank.slice());
  const remember = (/** @type {number[]} */ rank) => rank.forEach((vertex, i) => (place[vertex] = i));
  current.forEach(remember);
  const copy = () => current.map((rank) => rank.slice());
  let best = { rows: copy(), crossed: crossings(current, above, place) };
  const sweeps = below.length > LARGE ? SWEEPS_OF_LARGE : SWEEPS;
  for (let sweep = 0, since = 0; best.crossed > 0 && sweep < sweeps && since < PATIENCE; sweep += 1) {
    const up = (sweep % 2 === 0) === upFirst;
    for (let i = 1; i < current.length; i += 1) {
      const r = up ? i : current.length - 1 - i;
      current[r] = byMean(current[r], up ? below : above, place);
      remember(current[r]);
    }
    if (below.length <= MOST_SWAPPED) swapNeighbours(current, below, above, place);
    const crossed = crossings(current, above, place);
    since += 1;
    if (crossed < best.crossed) [best, since] = [{ rows: copy(), crossed }, 0];
  }
  return best;
}

/**
 * A rank sorted by the mean place of each vertex's neighbours; one without neighbours stays put.
 * @param {number[]} rank @param {Int32Array[]} neighbours @param {Float64Array} place
 */
function byMean(rank, neighbours, place) {
  /** @type {{ vertex: number, mean: number, at: number }[]} */
  const moving = [];
  for (const vertex of rank) {
    const joined = neighbours[vertex];
    if (!joined.length) continue;
    let sum = 0;
    for (let i = 0; i < joined.length; i += 1) sum += place[joined[i]];
    moving.push({ vertex, mean: sum / joined.length, at: place[vertex] });
  }
  moving.sort((a, b) => a.mean - b.mean || a.at - b.at);
  let next = 0;
  return rank.map((vertex) => (neighbours[vertex].length ? moving[next++].vertex : vertex));
}

/**
 * Swaps neighbours in a rank as long as that saves crossings.
 * @param {number[][]} ranks @param {Int32Array[]} below @param {Int32Array[]} above @param {Float64Array} place
 */
function swapNeighbours(ranks, below, above, place) {
  for (let round = 0; round < 4; round += 1) {
    let saved = 0;
    for (const rank of ranks) {
      for (let i = 0; i + 1 < rank.length; i += 1) {
        const [a, b] = [rank[i], rank[i + 1]];
        const gain = pairCrossings(below[a], below[b], place) - pairCrossings(below[b], below[a], place)
          + pairCrossings(above[a], above[b], place) - pairCrossings(above[b], above[a], place);
        if (gain <= 0) continue;
        saved += gain;
        [rank[i], rank[i + 1]] = [b, a];
        place[a] = i + 1;
        place[b] = i;
      }
    }
    if (!saved) return;
  }
}

/** How often edges of `a` and `b` cross when a stands left. @param {Int32Array} a @param {Int32Array} b @param {Float64Array} place */
function pairCrossings(a, b, place) {
  let n = 0;
  for (let i = 0; i < a.length; i += 1) {
    const x = place[a[i]];
    for (let k = 0; k < b.length; k += 1) if (x > place[b[k]]) n += 1;
  }
  return n;
}

/**
 * How many pairs of edges cross.
 * @param {number[][]} ranks @param {Int32Array[]} above @param {Float64Array} place
 */
export function crossings(ranks, above, place) {
  let total = 0;
  for (let r = 0; r + 1 < ranks.length; r += 1) {
    const width = ranks[r + 1].length;
    const tree = new Int32Array(width + 1);
    let seen = 0;
    for (const vertex of ranks[r]) {
      const ends = above[vertex];
      for (let k = 0; k < ends.length; k += 1) {
        let left = 0;
        for (let i = place[ends[k]] + 1; i > 0; i -= i & -i) left += tree[i];
        total += seen - left;
      }
      for (let k = 0; k < ends.length; k += 1) for (let i = place[ends[k]] + 1; i <= width; i += i & -i) tree[i] += 1;
      seen += ends.length;
    }
  }
  return total;
}
