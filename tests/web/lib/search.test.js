import assert from 'node:assert/strict';
import test from 'node:test';
import { createSearch } from '../../../web/lib/search.js';

const TAGS = ['loss', 'loss/train', 'val/loss', 'glossary', 'encoder/block_0/attention/grad', 'learning_rate', '손실/훈련', 'trainLoss'];
const found = (text, regex = false) => TAGS.map((tag) => [createSearch(text, regex).test(tag), tag])
  .filter(([score]) => !Number.isNaN(score)).sort(([a], [b]) => b - a).map(([, tag]) => tag);

test('what is found more literally comes first', () => {
  assert.deepEqual(found('loss'), ['loss', 'val/loss', 'trainLoss', 'loss/train', 'glossary']);
});

test('each word has to be found, in whatever order and case', () => {
  assert.deepEqual(found('TRAIN loss'), ['trainLoss', 'loss/train']);
  assert.deepEqual(found('loss zzz'), []);
  assert.deepEqual(found('  '), TAGS);
});

test('letters may be those that words begin with', () => {
  assert.deepEqual(found('enblatt'), ['encoder/block_0/attention/grad']);
  assert.deepEqual(found('eb0ag'), ['encoder/block_0/attention/grad']);
  assert.deepEqual(found('lr'), ['learning_rate']);
  assert.deepEqual(found('xl'), []);
});

test('one letter in four may be left out', () => {
  assert.deepEqual(found('lerning'), ['learning_rate']);
  assert.deepEqual(found('erg'), [], 'letters that are merely somewhere are no find');
});

test('letters are the same however they are composed', () => {
  assert.deepEqual(found('손실'), ['손실/훈련']);
  assert.deepEqual(found('손실'.normalize('NFD')), ['손실/훈련']);
});

test('a regular expression finds what it matches, and says what is wrong with it', () => {
  assert.deepEqual(found('^loss|rate$', true), ['loss', 'loss/train', 'learning_rate']);
  assert.equal(createSearch('^loss', true).error, '');
  assert.equal(createSearch('a(', true).error, '“a(” is not a regular expression: unterminated group');
  assert.match(createSearch('*', true).error, /is not a regular expression: nothing to repeat/);
  assert.deepEqual(found('a(', true), []);
});

test('ten thousand tags are searched between two frames', () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `model/layer_${i}/attention/kernel/gradient_norm_${i}`);
  const search = createSearch('laygradn', false);
  const began = process.cpuUsage();
  const hits = names.filter((name) => search.test(name) >= 0).length;
  const { user } = process.cpuUsage(began);
  assert.equal(hits, names.length);
  assert.ok(user < 1.5e6, `${user / 1e3} ms`);
});
