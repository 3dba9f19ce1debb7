// The server's answers as the picture takes them.

/**
 * A group, whose children say what kind they are.
 * @param {any} answer of api/graphs/group
 * @returns {import('./model.js').Group}
 */
export function readGroup(answer) {
  return {
    ...answer,
    children: answer.children.map((/** @type {any} */ child) => ({ ...child, group: child.group ?? child.kind !== 'node' })),
    edges: answer.edges.map((/** @type {any} */ edge) => ({ ...edge, control: edge.control ?? edge.kind === 'control' })),
  };
}
