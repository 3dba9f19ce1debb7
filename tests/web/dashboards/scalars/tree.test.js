import assert from 'node:assert/strict';
import test from 'node:test';
import { FEW, flattened, isOpen, openingOf, readFolds, toggled, treeOf, writtenFolds } from '../../../../web/dashboards/scalars/tree.js';

const tagsOf = (names) => names.map((tag) => ({ tag, display_name: '', description: '', runs: [] }));
const NONE = readFolds(() => null);

/** Headings as "path count", cards as their tag, as they stand on the page. */
function page(names, folds = NONE) {
  const root = treeOf(tagsOf(names));
  const opening = openingOf(root);
  return flattened(root, (node) => isOpen(node, folds, opening), ({ tag }) => tag)
    .map((item) => ('card' in item ? item.card : `${'  '.repeat(item.head.depth - 1)}${item.head.name} ${item.head.count}`));
}

test('cards stand under the whole path of their tags, those without a path first', () => {
  assert.deepEqual(page(['a/b/x', 'a/b/y', 'a/c/x', 'a/c/y', 'loss', 'z/loss']),
    ['loss', 'a 4', '  b 2', 'a/b/x', 'a/b/y', '  c 2', 'a/c/x', 'a/c/y', 'z 1', 'z/loss']);
});

test('headings with nothing beside them are one, and one card needs no heading of its own', () => {
  assert.deepEqual(page(['enc/block/0/x', 'enc/block/0/y', 'enc/block/1/x', 'enc/block/1/y']),
    ['enc/block 4', '  0 2', 'enc/block/0/x', 'enc/block/0/y', '  1 2', 'enc/block/1/x', 'enc/block/1/y']);
  assert.deepEqual(page(['a/x', 'a/b/c/y']), ['a 2', 'a/x', 'a/b/c/y']);
});

test('slashes at the ends, twice and alone make headings with a name', () => {
  assert.deepEqual(page(['/a', '//b', '손실/', '/']), ['/a', '/', '/ 1', '//b', '손실 1', '손실/']);
});

test('a large tree begins with its first levels, and the way to its first cards', () => {
  const names = Array.from({ length: 3000 }, (_, i) => `model/layer_${Math.floor(i / 30)}/w${i % 30}`);
  const shown = page(names);
  assert.ok(shown.length < FEW + 40);
  assert.deepEqual(shown.slice(0, 3), ['model 3000', '  layer_0 30', 'model/layer_0/w0']);
  assert.equal(shown[32], '  layer_1 30');
  assert.equal(shown[33], '  layer_2 30');
});

test('what was folded or opened by hand stays so, and all can be', () => {
  const names = ['a/x', 'a/y', 'b/x', 'b/y'];
  const folded = toggled(NONE, 'a', false);
  assert.deepEqual(page(names, folded), ['a 2', 'b 2', 'b/x', 'b/y']);
  assert.deepEqual(page(names, toggled(folded, 'a', true)), page(names));
  const all = { ...NONE, all: 'folded' };
  assert.deepEqual(page(names, all), ['a 2', 'b 2']);
  assert.deepEqual(page(names, toggled(all, 'b', true)), ['a 2', 'b 2', 'b/x', 'b/y']);
});

test('folds are kept in the URL and read from it, whatever it holds', () => {
  const values = writtenFolds(toggled(toggled(NONE, 'a/"b"', false), '다', true));
  assert.deepEqual(readFolds((key) => values[key]), toggled(toggled(NONE, 'a/"b"', false), '다', true));
  assert.deepEqual(writtenFolds(NONE), { folds: null, open: null, folded: null });
  assert.deepEqual(readFolds((key) => ({ folds: '?', open: '{', folded: '[1, "a"]' })[key]), { all: '', open: new Set(), folded: new Set(['a']) });
});
