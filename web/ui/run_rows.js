// The rows of the run table, from runs to what is listed: a tree of the folders in their names, a sorted
// list, or groups. Pure functions.

import { sorted } from '../lib/ordering.js';
import { labelsOf } from '../lib/run_labels.js';
import { say } from '../lib/say.js';

/**
 * @typedef {{ id: string, name: string }} Run
 * @typedef {{ kind: 'run', key: string, id: string, label: string, depth: number }} RunRow
 * @typedef {{ kind: 'folder', key: string, path: string, label: string, depth: number, ids: string[], open: boolean }} FolderRow
 * @typedef {{ kind: 'group', key: string, id: string, label: string, depth: number, ids: string[], open: boolean, differs: string[] }} GroupRow
 *   differs: what else its runs differ in, in words
 * @typedef {RunRow | FolderRow | GroupRow} Row
 * @typedef {{ name: string, run: Run | null, folders: Map<string, Node> }} Node
 */

export const LOG_DIRECTORY = say('runs.root');

/**
 * The rows of a tree: folders that hold more than one run, and the runs in them.
 * @param {readonly Run[]} runs in listing order
 * @param {Set<string>} folded paths of folders that are closed
 * @returns {Row[]}
 */
export function treeRows(runs, folded) {
  /** @type {Node} */
  const root = { name: '', run: null, folders: new Map() };
  for (const run of runs) {
    let node = root;
    for (const part of run.name === '.' ? ['.'] : run.name.split('/')) {
      let next = node.folders.get(part);
      if (!next) node.folders.set(part, (next = { name: part, run: null, folders: new Map() }));
      node = next;
    }
    node.run = run;
  }
  /** @type {Row[]} */
  const rows = [];
  for (const node of root.folders.values()) list(node, '', 0, folded, rows);
  return rows;
}

/** @param {Node} node @param {string} above @param {number} depth @param {Set<string>} folded @param {Row[]} rows */
function list(node, above, depth, folded, rows) {
  let label = node.name;
  while (!node.run && node.folders.size === 1) { // a folder with one thing in it is a part of its name
    const [only] = node.folders.values();
    node = only;
    label = `${label}/${only.name}`;
  }
  const path = above ? `${above}/${label}` : label;
  if (!node.folders.size) {
    const run = /** @type {Run} */ (node.run);
    rows.push({ kind: 'run', key: run.id, id: run.id, label: run.name === '.' ? LOG_DIRECTORY : label, depth });
    return;
  }
  const open = !folded.has(path);
  rows.push({ kind: 'folder', key: `${path}/`, path, label, depth, ids: idsIn(node), open });
  if (!open) return;
  if (node.run) rows.push({ kind: 'run', key: node.run.id, id: node.run.id, label: say('runs.itself', { name: label.slice(label.lastIndexOf('/') + 1) }), depth: depth + 1 });
  for (const child of node.folders.values()) list(child, path, depth + 1, folded, rows);
}

/** @param {Node} node @returns {string[]} */
function idsIn(node) {
  const below = [...node.folders.values()].flatMap(idsIn);
  return node.run ? [node.run.id, ...below] : below;
}

/**
 * The rows of a list sorted by a column, whole names.
 * @template {Run} R
 * @param {readonly R[]} runs
 * @param {(run: R) => import('../lib/ordering.js').Value} valueOf
 * @param {boolean} descending
 * @returns {RunRow[]}
 */
export function sortedRows(runs, valueOf, descending) {
  return sorted(runs, valueOf, descending).map(({ id, name }) => ({ kind: 'run', key: id, id, label: name === '.' ? LOG_DIRECTORY : name, depth: 0 }));
}

/**
 * The rows of groups, and of the runs in those that are open.
 * @param {readonly import('../lib/grouping.js').Group[]} groups
 * @param {(group: import('../lib/grouping.js').Group) => string[]} membersOf its runs that are listed
 * @param {(id: string) => Run | undefined} find
 * @param {Set<string>} open ids of groups
 * @param {{ ofGroup: (group: import('../lib/grouping.js').Group) => import('../lib/ordering.js').Value, ofRun: (run: Run) => import('../lib/ordering.js').Value, descending: boolean } | null} sort
 * @returns {Row[]}
 */
export function groupRows(groups, membersOf, find, open, sort) {
  const listed = groups.filter((group) => membersOf(group).length > 0);
  const inOrder = sort ? sorted(listed, sort.ofGroup, sort.descending) : listed;
  return inOrder.flatMap((group) => {
    const ids = membersOf(group);
    const isOpen = open.has(group.id);
    const row = /** @type {GroupRow} */ ({ kind: 'group', key: group.id, id: group.id, label: group.label, depth: 0, ids, open: isOpen, differs: group.differs });
    if (!isOpen) return [row];
    const runs = ids.flatMap((id) => find(id) ?? []);
    const label = labelsOf(runs.map(({ name }) => name));
    return [row, ...(sort ? sorted(runs, sort.ofRun, sort.descending) : runs).map(({ id, name }) => /** @type {RunRow} */ ({ kind: 'run', key: id, id, label: name === '.' ? LOG_DIRECTORY : label(name), depth: 1 }))];
  });
}

/** The runs of a row. @param {Row} row */
export const idsOf = (row) => (row.kind === 'run' ? [row.id] : row.ids);

/**
 * The runs of the rows from one to another, whichever comes first; of the second alone if the first is gone.
 * @param {readonly Row[]} rows @param {string | null} from key @param {string} to key
 */
export function idsBetween(rows, from, to) {
  const [a, b] = [from, to].map((key) => rows.findIndex((row) => row.key === key));
  const [low, high] = a < 0 ? [b, b] : [Math.min(a, b), Math.max(a, b)];
  return new Set(rows.slice(low, high + 1).flatMap(idsOf));
}

/**
 * What a check box shows of some runs.
 * @param {readonly string[]} ids @param {Set<string>} selected
 * @returns {'all' | 'some' | 'none'}
 */
export function checkedOf(ids, selected) {
  let on = 0;
  for (const id of ids) if (selected.has(id)) on += 1;
  if (on === 0) return 'none';
  return on === ids.length ? 'all' : 'some';
}

/**
 * Some runs selected, or no longer.
 * @param {Set<string>} selected @param {Iterable<string>} ids @param {boolean} on
 */
export function withSelected(selected, ids, on) {
  const next = new Set(selected);
  for (const id of ids) on ? next.add(id) : next.delete(id);
  return next;
}
