// Given a file of all groups of a graph: opens them one after the other, and checks each picture.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { readGroup } from '../../web/dashboards/graphs/answers.js';
import { estimated, placeLabels } from '../../web/dashboards/graphs/labels.js';
import { labelOf } from '../../web/dashboards/graphs/looks.js';
import { layoutInput, layoutOrder, planOf, scene, tuckedIn } from '../../web/dashboards/graphs/model.js';
import { layoutOf } from '../../web/lib/layered/index.js';
import { overlapping } from './lib/layered/graphs.js';

const all = JSON.parse(readFileSync(process.argv[2], 'utf8')).map(readGroup);

/** @param {any[]} groups @param {Map<string, any>} [cache] layouts by what they were made from, as the page keeps them */
function sceneOf(groups, cache = new Map()) {
  const known = new Map(groups.map((group) => [group.path, group]));
  const order = layoutOrder(known, new Set(known.keys()));
  const visible = order.map((path) => known.get(path));
  const tucked = tuckedIn(visible, new Set(), new Set(order));
  const plans = new Map(visible.map((group) => [group.path, planOf(group, tucked)]));
  const layouts = new Map();
  for (const path of order) {
    const input = layoutInput(plans.get(path), layouts, plans);
    const key = JSON.stringify(input);
    if (!cache.has(key)) cache.set(key, layoutOf(input));
    layouts.set(path, cache.get(key));
  }
  return scene(plans, layouts);
}

/** @param {any} drawn @param {Map<string, any>} known */
function check(drawn, known) {
  const groupOf = new Map(drawn.nodes.map((/** @type {any} */ node) => [node.path, node.group]));
  for (const path of known.keys()) {
    const here = [...drawn.nodes, ...drawn.pills, ...drawn.rests].filter(({ group }) => group === path);
    assert.deepEqual(overlapping(here.map((one) => ({ ...one, id: one.path }))), [], `in ${path}`);
  }
  for (const { edge, points, back } of drawn.edges) {
    assert.equal(points[0].y > points.at(-1).y, !back, `${edge.source} to ${edge.target} runs upwards unless it is a loop`);
  }
  for (const { path, x, y, width, height, group } of drawn.nodes) {
    if (group === '') continue;
    assert.ok(groupOf.has(group), `${path} stands in a box`);
    const box = drawn.nodes.find((/** @type {any} */ node) => node.path === group);
    assert.ok(Math.abs(x - box.x) + width / 2 <= box.width / 2 + 0.01 && Math.abs(y - box.y) + height / 2 <= box.height / 2 + 0.01, `${path} inside ${group}`);
  }
  const labels = placeLabels(drawn).flatMap((place, i) => (place ? [{ id: i, x: place.x + estimated(labelOf(drawn.edges[i].edge)) / 2, y: place.y, width: estimated(labelOf(drawn.edges[i].edge)), height: 12 }] : []));
  const closed = [...drawn.nodes.filter((/** @type {any} */ node) => !node.open), ...drawn.pills].map((one) => ({ ...one, id: one.path }));
  const borders = drawn.nodes.filter((/** @type {any} */ node) => node.open).flatMap((/** @type {any} */ { path, x, y, width, height }) => [{ id: path, x: x - width / 2, y, width: 2, height }, { id: path, x: x + width / 2, y, width: 2, height }]);
  const both = overlapping([...labels, ...closed, ...borders]).filter((pair) => /^\d+ and |and \d+$/.test(pair));
  assert.deepEqual(both, [], 'labels lie on no node, no border and no other label');
}

/** Pairs of boxes of a group that stand side by side in one row. @param {any} drawn @param {string} group */
function pairsOf(drawn, group) {
  /** @type {Map<number, any[]>} */
  const rows = new Map();
  for (const node of drawn.nodes) if (node.group === group) rows.set(Math.round(node.y), [...(rows.get(Math.round(node.y)) ?? []), node]);
  return [...rows.values()].flatMap((row) => row.sort((a, b) => a.x - b.x).slice(1).map((node, i) => [row[i].path, node.path]));
}

const cache = new Map();
let opened = [all[0]];
let drawn = sceneOf(opened, cache);
check(drawn, new Map([['', 1]]));
let kept = 0;
let pairs = 0;
for (const group of all.slice(1, Number(process.argv[3]))) {
  const before = drawn;
  opened = [...opened, group];
  drawn = sceneOf(opened, cache);
  check(drawn, new Map(opened.map(({ path }) => [path, 1])));
  for (const { path } of opened.slice(0, -1)) {
    const place = new Map(drawn.nodes.map((/** @type {any} */ node) => [node.path, node.x]));
    for (const [left, right] of pairsOf(before, path)) {
      pairs += 1;
      kept += Number(place.get(left) < place.get(right));
    }
  }
}
assert.deepEqual(sceneOf(opened), drawn, 'the same graph gives the same picture, however it was come to');
console.log(JSON.stringify({ opened: opened.length, nodes: drawn.nodes.length, edges: drawn.edges.length, kept: pairs ? kept / pairs : 1 }));
