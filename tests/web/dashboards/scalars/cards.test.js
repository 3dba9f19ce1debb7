import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { arranged, checkedOwn, readChoice, reused, tagsFrom, tagsOf, withKey, withOwn } from '../../../../web/dashboards/scalars/cards.js';

const TAGS = ['loss', 'train/acc', 'train/loss', 'val/loss'].map((tag) => ({ tag, display_name: '', description: '', runs: ['r'] }));
const choice = (values = {}) => readChoice((key) => values[key] ?? null);
const page = (values, hasData = () => true) => arranged(TAGS, choice(values), hasData).items
  .map((item) => ({ card: item.title, head: `# ${item.name}`, line: `${item.aside} aside` })[item.kind]);

test('cards of tags stand under headings', () => {
  assert.deepEqual(page({}), ['loss', '# train', 'train/acc', 'train/loss', '# val', 'val/loss']);
});

test('what is pinned comes first, in the order of pinning, and in no other place', () => {
  const pins = JSON.stringify(['tag val/loss', 'tag gone', 'tag loss']);
  assert.deepEqual(page({ pins }), ['# Pinned', 'val/loss', 'loss', '# train', 'train/acc', 'train/loss']);
  assert.deepEqual(page({ pins: '["tag val/loss"]' }), ['# Pinned', 'val/loss', '# Other', 'loss', '# train', 'train/acc', 'train/loss']);
  assert.deepEqual(page({ pins: '["tag val/loss"]', tags: 'loss' }), ['# Pinned', 'val/loss', '# Found', 'loss', 'train/loss']);
  assert.deepEqual(withKey(withKey(withKey([], 'a', true), 'b', true), 'a', true), ['b', 'a']);
  assert.deepEqual(withKey(['a', 'b'], 'a', false), ['b']);
});

test('a card that somebody made holds tags by hand or by a regular expression', () => {
  const cards = JSON.stringify([{ title: 'Losses', match: 'loss$' }, { title: 'Mine', tags: ['val/loss', 'gone', 'loss'] }, { title: 'nothing' }, 7]);
  const { items } = arranged(TAGS, choice({ cards }), () => true);
  assert.deepEqual(items.slice(0, 3).map(({ name, title, tags }) => [name ?? title, tags?.map(({ tag }) => tag)]),
    [['My cards', undefined], ['Losses', ['loss', 'train/loss', 'val/loss']], ['Mine', ['val/loss', 'loss']]]);
  assert.deepEqual(page({ cards, pins: '["own Mine"]' }).slice(0, 4), ['# Pinned', 'Mine', '# My cards', 'Losses']);
  assert.deepEqual(tagsOf({ title: 'x', match: '(' }, TAGS), []);
});

test('a search ranks what it finds; a regular expression leaves it under its headings', () => {
  assert.deepEqual(page({ tags: 'loss' }), ['loss', 'val/loss', 'train/loss']);
  assert.deepEqual(page({ tags: 'loss', match: 'regex' }), ['loss', '# train', 'train/loss', '# val', 'val/loss']);
  assert.deepEqual(page({ tags: 'loss', match: 'regex', folds: 'folded' }), page({ tags: 'loss', match: 'regex' }), 'what is found is open');
  const { found, error } = arranged(TAGS, choice({ tags: '(', match: 'regex' }), () => true);
  assert.equal(found, 0);
  assert.match(error, /not a regular expression/);
});

test('cards without data for the shown runs step aside, and come back on demand', () => {
  const hasData = ({ tag }) => !tag.startsWith('train');
  assert.deepEqual(page({}, hasData), ['loss', '# val', 'val/loss', '2 aside']);
  assert.deepEqual(page({ empty: 'shown' }, hasData), [...page({}), '2 aside']);
});

test('a choice of a wrong URL is the usual one', () => {
  assert.deepEqual(choice({ pins: '{}', wide: '7', cards: '{"title": 1}', open: 'x' }), choice());
});

test('what is as it was is the same object', () => {
  const before = arranged(TAGS, choice(), () => true).items;
  const after = arranged(TAGS, choice({ wide: '["tag loss"]' }), () => true).items;
  const kept = reused(new Map(before.map((item) => [item.key, item])), after);
  assert.deepEqual(kept.map((item, i) => item === before[i]), [false, true, true, true, true, true]);
});

test('the two forms of the server\'s tags say the same', () => {
  const answer = (name) => JSON.parse(readFileSync(new URL(`../../../golden/answers/${name}.json`, import.meta.url), 'utf8'));
  const found = tagsFrom(answer('scalars_tags_numbers'));
  assert.deepEqual(found, answer('scalars_tags').tags);
  const [a, b] = tagsFrom({ runs: ['r', 's', 't'], tags: [{ tag: 'a', runs: '0,2' }, { tag: 'b', runs: '0,2' }] });
  assert.deepEqual(a.runs, ['r', 't']);
  assert.equal(a.runs, b.runs);
});

test('what is wrong with a card that somebody makes is said in words', () => {
  const others = [{ title: 'Losses', match: 'loss' }];
  assert.equal(checkedOwn({ title: 'x', tags: ['loss'] }, others), '');
  assert.equal(checkedOwn({ title: 'x', tags: [] }, others), 'Choose a tag');
  assert.equal(checkedOwn({ title: 'x', match: '' }, others), 'Write a regular expression');
  assert.match(checkedOwn({ title: 'x', match: '(' }, others), /“\(” is not a regular expression/);
  assert.match(checkedOwn({ title: 'Losses', tags: ['loss'] }, others), /another title/);
});

test('cards that somebody made are added, changed in their place, and taken away', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((title) => ({ title, match: title }));
  assert.deepEqual(withOwn([a], null, b), [a, b]);
  assert.deepEqual(withOwn([a, b], a, c), [c, b]);
  assert.deepEqual(withOwn([a, b], a, null), [b]);
  assert.deepEqual(withOwn([a], null, null), [a]);
});
