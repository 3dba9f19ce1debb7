// The cards under headings, by the whole path of their tags: pure functions.
//
// What has one child and no card of its own is one heading with it ("encoder/block_0"), and a single
// card needs no heading below the first level. Levels are open from the top as long as the page stays
// short, and always what leads to the first cards; what somebody folded or opened by hand stays so.

/**
 * @typedef {import('./model.js').Tag} Tag
 *
 * @typedef {object} Node a heading and what is under it
 * @property {string} path "" for the root
 * @property {string} name what the heading says
 * @property {number} depth 0 for the root
 * @property {Node[]} children
 * @property {Tag[]} tags with a card directly under the heading
 * @property {number} count of cards under the heading, at any depth
 *
 * @typedef {{ all: '' | 'open' | 'folded', open: Set<string>, folded: Set<string> }} Folds
 *   what was opened and folded by hand, beside what all are: "" is as many as make a page
 */

export const FEW = 120; // headings and cards that the page begins with

/**
 * @param {Tag[]} tags in the order of their cards
 * @returns {Node}
 */
export function treeOf(tags) {
  const root = /** @type {Node} */ ({ path: '', name: '', depth: 0, children: [], tags: [], count: 0 });
  const nodes = new Map([['', root]]);
  for (const tag of tags) nodeOf(tag.tag.slice(0, Math.max(0, tag.tag.lastIndexOf('/'))), nodes).tags.push(tag);
  finish(root, 0);
  return root;
}

/** @param {string} path @param {Map<string, Node>} nodes @returns {Node} */
function nodeOf(path, nodes) {
  const known = nodes.get(path);
  if (known) return known;
  const cut = path.lastIndexOf('/');
  const node = { path, name: path.slice(cut + 1) || '/', depth: 0, children: [], tags: [], count: 0 };
  nodeOf(path.slice(0, Math.max(0, cut)), nodes).children.push(node);
  nodes.set(path, node);
  return node;
}

/** Joins headings with their only child, counts, and says how deep each is. @param {Node} node @param {number} depth */
function finish(node, depth) {
  node.depth = depth;
  node.children = node.children.map(joined);
  for (const child of node.children) finish(child, depth + 1);
  if (depth > 0) {
    node.tags.push(...node.children.filter(({ count }) => count === 1).flatMap(({ tags }) => tags));
    node.children = node.children.filter(({ count }) => count > 1);
  }
  node.count = node.children.reduce((sum, child) => sum + child.count, node.tags.length);
}

/** @param {Node} node @returns {Node} */
function joined(node) {
  let found = node;
  while (!found.tags.length && found.children.length === 1) {
    const [child] = found.children;
    found = { ...child, name: `${found.name}/${child.name}` };
  }
  return found;
}

/**
 * What is open by itself: all headings down to a depth, and those that lead to the first cards.
 * @typedef {{ depth: number, first: Set<string> }} Opening
 * @param {Node} root
 * @returns {Opening}
 */
export function openingOf(root) {
  /** @type {number[]} */
  const more = []; // on the page, when what is at this depth is opened
  const walk = (/** @type {Node} */ node) => {
    more[node.depth] = (more[node.depth] ?? 0) + node.tags.length + node.children.length;
    node.children.forEach(walk);
  };
  walk(root);
  let sum = 0;
  let depth = 0;
  while (depth < more.length && (sum += more[depth]) <= FEW) depth += 1;
  const first = /** @type {Set<string>} */ (new Set());
  for (let node = root; node && !node.tags.length; [node] = node.children) if (node.children.length) first.add(node.children[0].path);
  return { depth: depth - 1, first };
}

/**
 * Whether a heading is open.
 * @param {Node} node
 * @param {Folds} folds
 * @param {Opening} opening
 */
export function isOpen(node, folds, opening) {
  if (folds.folded.has(node.path)) return false;
  if (folds.open.has(node.path)) return true;
  return folds.all === '' ? node.depth <= opening.depth || opening.first.has(node.path) : folds.all === 'open';
}

/**
 * The folds after a heading was clicked.
 * @param {Folds} folds
 * @param {string} path
 * @param {boolean} open what it shall be
 * @returns {Folds}
 */
export function toggled(folds, path, open) {
  const next = { ...folds, open: new Set(folds.open), folded: new Set(folds.folded) };
  next.open.delete(path);
  next.folded.delete(path);
  (open ? next.open : next.folded).add(path);
  return next;
}

/**
 * Headings and cards in the order of the page.
 * @template Card
 * @param {Node} root
 * @param {(node: Node) => boolean} open
 * @param {(tag: Tag) => Card} card
 * @returns {({ head: Node, open: boolean } | { card: Card })[]}
 */
export function flattened(root, open, card) {
  const items = /** @type {({ head: Node, open: boolean } | { card: Card })[]} */ ([]);
  const walk = (/** @type {Node} */ node) => {
    const shown = node === root || open(node);
    if (node !== root) items.push({ head: node, open: shown });
    if (!shown) return;
    for (const tag of node.tags) items.push({ card: card(tag) });
    node.children.forEach(walk);
  };
  walk(root);
  return items;
}

/**
 * @param {(key: string) => string | null} get of the URL
 * @returns {Folds}
 */
export function readFolds(get) {
  const all = get('folds');
  return { all: all === 'open' || all === 'folded' ? all : '', open: new Set(listOf(get('open'))), folded: new Set(listOf(get('folded'))) };
}

/** @param {Folds} folds @returns {Record<'folds' | 'open' | 'folded', string | null>} */
export function writtenFolds({ all, open, folded }) {
  return { folds: all || null, open: written(open), folded: written(folded) };
}

/** Strings that the URL holds as JSON; none if it holds something else. @param {string | null} text @returns {string[]} */
export function listOf(text) {
  try {
    const found = JSON.parse(text ?? '[]');
    return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

/** @param {Iterable<string>} items */
export function written(items) {
  const list = [...items];
  return list.length ? JSON.stringify(list) : null;
}
