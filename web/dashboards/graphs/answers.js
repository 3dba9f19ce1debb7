// The server's answers as the picture takes them.

/**
 * @typedef {'data' | 'control' | 'reference' | 'loop'} EdgeKind
 * @typedef {{ kind: 'added' | 'removed' | 'renamed' | 'changed', from?: string | null, what?: string[] }} Change
 * @typedef {{ into: string | null, as: 'constant' | 'variable' | 'summary' | 'save' | 'hub' }} Tuck
 * @typedef {{ path: string, name: string, kind: 'node' | 'group' | 'series' | 'part', op: string, nodes: number, ops: Record<string, number>,
 *     device: string, block: string, count: number, tuck: Tuck | null, change: Change | null }} Child
 * @typedef {{ source: string, target: string, kind: EdgeKind, count: number, shape: string, type: string, bytes: number | null }} Edge
 * @typedef {{ inner: string, direction: 'in' | 'out', outer: string, kind: EdgeKind, count: number, shape: string, type: string, bytes: number | null }} Port
 * @typedef {{ path: string, within: string[], children: Child[], edges: Edge[], ports: Port[] }} Group
 */

/**
 * A group; what the answer leaves out is what is usual.
 * @param {any} answer of api/graphs/group
 * @returns {Group}
 */
export function readGroup(answer) {
  return {
    path: answer.path,
    within: answer.within ?? parents(answer.path),
    children: answer.children.map((/** @type {any} */ child) => ({
      device: '', block: '', count: 0, tuck: null, change: null, ...child, kind: child.kind ?? (child.group ? 'group' : 'node'),
    })),
    edges: answer.edges.map(readEdge),
    ports: (answer.ports ?? []).map(readEdge),
  };
}

/** @param {any} edge */
function readEdge(edge) {
  return { type: '', bytes: null, shape: '', ...edge, kind: edge.kind ?? (edge.control ? 'control' : 'data') };
}

/** The groups around a path by its text, outermost first, without the whole graph. @param {string} path */
export function parents(path) {
  const parts = path.split('/');
  return parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join('/'));
}
