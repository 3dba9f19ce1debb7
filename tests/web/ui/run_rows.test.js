import assert from 'node:assert/strict';
import test from 'node:test';
import { checkedOf, groupRows, idsBetween, idsOf, sortedRows, treeRows, withSelected } from '../../../web/ui/run_rows.js';

const runs = (/** @type {string[]} */ ...names) => names.map((name) => ({ id: name, name }));
const lines = (/** @type {ReturnType<typeof treeRows>} */ rows) => rows.map((row) => `${'  '.repeat(row.depth)}${row.label}${row.kind === 'folder' ? `/ ${row.ids.length}` : ''}`);
const none = new Set(/** @type {string[]} */ ([]));

test('runs stand under the folders of their names', () => {
  assert.deepEqual(lines(treeRows(runs('a/x', 'a/y', 'b'), none)), ['a/ 2', '  x', '  y', 'b']);
});

test('a folder with one thing in it is a part of its name', () => {
  assert.deepEqual(lines(treeRows(runs('deep/er/one', 'x/y/a', 'x/y/b'), none)), ['deep/er/one', 'x/y/ 2', '  a', '  b']);
});

test('a run that has runs below it stands first in its folder, and the log directory by name', () => {
  assert.deepEqual(lines(treeRows(runs('.', 'a', 'a/x'), none)), ['. (the log directory itself)', 'a/ 2', '  a (itself)', '  x']);
});

test('a folded folder keeps its runs and hides their rows', () => {
  const rows = treeRows(runs('a/x', 'a/y', 'b'), new Set(['a']));
  assert.deepEqual(lines(rows), ['a/ 2', 'b']);
  assert.deepEqual(idsOf(rows[0]), ['a/x', 'a/y']);
});

test('folders that are called like runs are told apart', () => {
  const keys = treeRows(runs('a', 'a/x'), none).map((row) => row.key);
  assert.equal(new Set(keys).size, keys.length);
});

test('a range reaches from the one to the other, whichever is above, and takes folders whole', () => {
  const rows = treeRows(runs('a', 'b/x', 'b/y', 'c'), new Set(['b']));
  assert.deepEqual([...idsBetween(rows, 'a', 'c')], ['a', 'b/x', 'b/y', 'c']);
  assert.deepEqual([...idsBetween(rows, 'c', 'b/')], ['b/x', 'b/y', 'c']);
  assert.deepEqual([...idsBetween(rows, 'gone', 'c')], ['c']);
  assert.deepEqual([...idsBetween(rows, null, 'a')], ['a']);
});

test('a check box shows all, some or none', () => {
  assert.equal(checkedOf(['a', 'b'], new Set(['a', 'b', 'c'])), 'all');
  assert.equal(checkedOf(['a', 'b'], new Set(['b'])), 'some');
  assert.equal(checkedOf(['a', 'b'], none), 'none');
  assert.equal(checkedOf([], none), 'none');
});

test('some more are selected, or fewer, and the set before stays as it was', () => {
  const before = new Set(['a', 'b']);
  assert.deepEqual([...withSelected(before, ['c'], true)], ['a', 'b', 'c']);
  assert.deepEqual([...withSelected(before, ['a'], false)], ['b']);
  assert.deepEqual([...before], ['a', 'b']);
});

test('a sorted list has whole names, and equals as they came', () => {
  const rows = sortedRows(runs('s/c', 's/a', 's/b'), ({ name }) => (name === 's/b' ? 1 : 2), false);
  assert.deepEqual(rows.map((row) => row.label), ['s/b', 's/c', 's/a']);
});

test('the rows of five thousand runs are made within a frame or two', () => {
  const many = runs(...Array.from({ length: 5000 }, (_, n) => `sweep_${n % 8}/lr${n}/seed${n}`));
  const began = performance.now();
  assert.equal(treeRows(many, none).length, 5008);
  assert.ok(performance.now() - began < 150);
});

const groups = [{ label: 'b', ids: ['b/s1', 'b/s2'] }, { label: 'a', ids: ['a/s1'] }, { label: 'none', ids: ['x'] }]
  .map((group, number) => ({ ...group, id: `group:${group.label}`, number, values: new Map(), differs: number ? [] : ['bs (1, 2)'] }));
const find = (/** @type {string} */ id) => ({ id, name: id });
const members = (/** @type {typeof groups[0]} */ { ids }) => ids.filter((id) => id !== 'x');

test('groups are rows that open into their runs; those without a run that matches are left out', () => {
  const rows = groupRows(groups, members, find, new Set(['group:b']), null);
  assert.deepEqual(rows.map(({ kind, label, depth }) => [kind, label, depth]), [['group', 'b', 0], ['run', 's1', 1], ['run', 's2', 1], ['group', 'a', 0]]);
  assert.deepEqual(rows.map(idsOf), [['b/s1', 'b/s2'], ['b/s1'], ['b/s2'], ['a/s1']]);
  assert.deepEqual(rows[0].kind === 'group' && rows[0].differs, ['bs (1, 2)']);
});

test('groups are sorted by their own values, and runs in them by theirs', () => {
  const sort = { ofGroup: (/** @type {{ label: string }} */ { label }) => label, ofRun: (/** @type {{ name: string }} */ { name }) => name, descending: false };
  const rows = groupRows(groups, members, find, new Set(['group:b']), { ...sort, ofRun: ({ name }) => -Number(name.at(-1)) });
  assert.deepEqual(rows.map(({ label }) => label), ['a', 'b', 's2', 's1']);
  assert.equal(groupRows(groups, members, find, none, { ...sort, descending: true })[0].label, 'b');
});
