// Scenes between two scenes: boxes move and grow, lines follow.

/** @typedef {import('./model.js').Scene} Scene */

/**
 * A function of a share from 0 to 1, or null where the two have nothing in common.
 * @param {Scene} before @param {Scene} after
 * @returns {((share: number) => Scene) | null}
 */
export function motion(before, after) {
  const old = new Map(before.nodes.map((node) => [node.path, node]));
  if (!after.nodes.some(({ path }) => old.has(path))) return null;
  const lines = new Map(before.edges.map((edge) => [edge.key, edge.points]));
  const final = new Map(after.nodes.map((node) => [node.path, node]));
  // What was not there comes out of the box that opened.
  const begin = (/** @type {{ path: string, group: string, x: number, y: number, width: number, height: number }} */ node) => {
    const known = old.get(node.path);
    if (known) return known;
    const [was, is] = [old.get(node.group), final.get(node.group)];
    if (!was || !is) return node;
    const [sx, sy] = [was.width / is.width, was.height / is.height];
    return { x: was.x + (node.x - is.x) * sx, y: was.y + (node.y - is.y) * sy, width: node.width * sx, height: node.height * sy };
  };
  return (share) => {
    const t = ease(share);
    const mix = (/** @type {number} */ a, /** @type {number} */ b) => a + (b - a) * t;
    const nodes = after.nodes.map((node) => {
      const from = begin(node);
      return { ...node, x: mix(from.x, node.x), y: mix(from.y, node.y), width: mix(from.width, node.width), height: mix(from.height, node.height) };
    });
    const now = new Map(nodes.map((node) => [node.path, node]));
    const follow = (/** @type {any} */ pill) => {
      const [is, host] = [final.get(pill.host), now.get(pill.host)];
      return is && host ? { ...pill, x: pill.x + host.x - is.x, y: pill.y + host.y - is.y } : pill;
    };
    const edges = after.edges.flatMap((edge) => {
      const from = lines.get(edge.key);
      if (from?.length === edge.points.length) return [{ ...edge, points: edge.points.map((p, i) => ({ x: mix(from[i].x, p.x), y: mix(from[i].y, p.y) })) }];
      return share > 0.55 ? [edge] : [];
    });
    return { ...after, nodes, edges, pills: after.pills.map(follow), rests: after.rests.map(follow), ports: share > 0.55 ? after.ports : [] };
  };
}

/** @param {number} t */
function ease(t) {
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}
