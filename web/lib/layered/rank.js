// Which edges close a loop, and on which rank each node stands.
//
// A node's rank is one more than that of everything it takes from; then nodes that could stand
// higher go as near to what uses them as shortens more edges than it lengthens.

/** @typedef {{ tail: number, head: number, loop?: boolean }} Arc numbers of nodes */

const TIGHTENINGS = 4;

/**
 * For each arc whether it runs against the flow. Those that are said to be loops do; of what is
 * still a cycle, the arc that closes it on a walk from the inputs, in the order of the nodes.
 * @param {number} n @param {Arc[]} arcs
 * @returns {boolean[]}
 */
export function loops(n, arcs) {
  const back = arcs.map(({ tail, head, loop }) => loop === true || tail === head);
  const { starts, list } = outgoing(n, arcs, back);
  const fed = new Uint8Array(n);
  arcs.forEach(({ head }, i) => { if (!back[i]) fed[head] = 1; });
  const state = new Uint8Array(n); // 1 while on the walk, 2 when left
  const next = starts.slice(0, n);
  const inputsFirst = [...Array(n).keys()].sort((a, b) => fed[a] - fed[b] || a - b);
  for (const root of inputsFirst) {
    if (state[root]) continue;
    const walk = [root];
    state[root] = 1;
    while (walk.length) {
      const at = walk[walk.length - 1];
      if (next[at] === starts[at + 1]) {
        state[at] = 2;
        walk.pop();
        continue;
      }
      const arc = list[next[at]++];
      const { head } = arcs[arc];
      if (state[head] === 1) back[arc] = true;
      else if (!state[head]) {
        state[head] = 1;
        walk.push(head);
      }
    }
  }
  return back;
}

/**
 * The rank of each node, 0 for inputs. The arcs must have no cycle.
 * @param {number} n @param {Arc[]} arcs
 * @returns {Int32Array}
 */
export function ranks(n, arcs) {
  const none = new Array(arcs.length).fill(false);
  const out = outgoing(n, arcs, none);
  const into = outgoing(n, arcs.map(({ tail, head }) => ({ tail: head, head: tail })), none);
  const order = topological(n, arcs, out);
  const rank = new Int32Array(n);
  for (const at of order) {
    for (const arc of out.list.subarray(out.starts[at], out.starts[at + 1])) {
      const { head } = arcs[arc];
      rank[head] = Math.max(rank[head], rank[at] + 1);
    }
  }
  for (let round = 0; round < TIGHTENINGS; round += 1) {
    for (let i = n - 1; i >= 0; i -= 1) tighten(order[i]);
  }
  /** @param {number} at */
  function tighten(at) {
    const [ins, outs] = [into.starts[at + 1] - into.starts[at], out.starts[at + 1] - out.starts[at]];
    if (outs <= ins) return;
    let highest = Infinity;
    for (let k = out.starts[at]; k < out.starts[at + 1]; k += 1) highest = Math.min(highest, rank[arcs[out.list[k]].head] - 1);
    rank[at] = highest;
  }
  return rank;
}

/**
 * Nodes so that every arc leads from an earlier to a later one; among equals by number.
 * @param {number} n @param {Arc[]} arcs @param {{ starts: Int32Array, list: Int32Array }} out
 */
function topological(n, arcs, { starts, list }) {
  const waits = new Int32Array(n);
  for (const { head } of arcs) waits[head] += 1;
  /** @type {number[]} */
  const order = [];
  for (let i = 0; i < n; i += 1) if (!waits[i]) order.push(i);
  for (let i = 0; i < order.length; i += 1) {
    for (const arc of list.subarray(starts[order[i]], starts[order[i] + 1])) {
      const { head } = arcs[arc];
      waits[head] -= 1;
      if (!waits[head]) order.push(head);
    }
  }
  return order;
}

/**
 * The arcs that leave each node: those of node i are list[starts[i]] up to list[starts[i + 1]].
 * @param {number} n @param {Arc[]} arcs @param {boolean[]} without
 * @returns {{ starts: Int32Array, list: Int32Array }}
 */
export function outgoing(n, arcs, without) {
  const starts = new Int32Array(n + 1);
  arcs.forEach(({ tail }, i) => { if (!without[i]) starts[tail + 1] += 1; });
  for (let i = 0; i < n; i += 1) starts[i + 1] += starts[i];
  const list = new Int32Array(starts[n]);
  const at = starts.slice();
  arcs.forEach(({ tail }, i) => { if (!without[i]) list[at[tail]++] = i; });
  return { starts, list };
}
