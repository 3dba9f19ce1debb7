import assert from 'node:assert/strict';
import test from 'node:test';
import { CARD, columnsOf, CURSORS, GAP, HEAD, placeOf, rowsBetween, rowsOf, sharing, WIDE } from '../../../../web/dashboards/scalars/rows.js';

const items = (text) => [...text].map((kind, i) => ({ key: String(i), kind: { h: 'head', l: 'line' }[kind] ?? 'card', wide: kind === 'w' }));
const tops = ({ rows }) => rows.map(({ top, from, to }) => [top, from, to]);

test('as many cards stand side by side as fit', () => {
  assert.deepEqual([100, 340, 691, 692, 984, 1044, 1624].map(columnsOf), [1, 1, 1, 2, 2, 3, 4]);
});

test('rows end at headings and at wide cards', () => {
  const found = rowsOf(items('hccchcwcl'), 700);
  assert.deepEqual(found.rows.map(({ from, to }) => [from, to]), [[0, 1], [1, 3], [3, 4], [4, 5], [5, 6], [6, 7], [7, 8], [8, 9]]);
  assert.deepEqual(found.rows.map(({ height }) => height), [HEAD, CARD, CARD, HEAD, CARD, WIDE, CARD, HEAD]);
  for (let i = 1; i < found.rows.length; i += 1) assert.ok(found.rows[i].top >= found.rows[i - 1].top + found.rows[i - 1].height);
  const last = found.rows[found.rows.length - 1];
  assert.equal(found.height, last.top + last.height);
  assert.deepEqual(rowsOf([], 700), { rows: [], height: 0 });
});

test('of ten thousand cards those between two heights are found', () => {
  const { rows, height } = rowsOf(items('c'.repeat(10_000)), 1000);
  assert.equal(rows.length, 5000);
  assert.deepEqual(rowsBetween(rows, 0, 1), { from: 0, to: 1 });
  const each = CARD + GAP;
  assert.deepEqual(rowsBetween(rows, 100 * each, 102 * each), { from: 100, to: 102 });
  assert.deepEqual(rowsBetween(rows, 100 * each - GAP, 102 * each), { from: 100, to: 102 }, 'the gap above a row is not the row');
  assert.deepEqual(rowsBetween(rows, 100 * each - GAP - 1, 102 * each + 1), { from: 99, to: 103 });
  assert.deepEqual(rowsBetween(rows, height + 5000, height + 6000), { from: 5000, to: 5000 });
  assert.deepEqual(rowsBetween(rows, -500, -100), { from: 0, to: 0 });
  assert.deepEqual(tops(rowsOf([], 10)), []);
});

test('cards of a row share its width', () => {
  const { rows: [row] } = rowsOf(items('ccc'), 1044);
  const places = [0, 1, 2].map((i) => placeOf(row, i, 1044));
  assert.deepEqual(places.map(({ left }) => left), [0, 352, 704]);
  assert.deepEqual(places.map(({ width }) => width), [340, 340, 340]);
});

test('few cards share the whole width, and none becomes too wide to be read', () => {
  assert.deepEqual([1, 2, 3, 4, 5].map((cards) => sharing(cards, 1624)), [2, 2, 3, 4, 4]);
  assert.deepEqual([1, 2, 3].map((cards) => sharing(cards, 968)), [1, 2, 2], 'one that is alone has its row');
  assert.deepEqual([1, 9].map((cards) => sharing(cards, 640)), [1, 1]);
  for (const width of [340, 700, 968, 1300, 1624, 2500, 3800]) {
    for (let cards = 1; cards < 12; cards += 1) {
      const columns = sharing(cards, width);
      const each = (width - (columns - 1) * GAP) / columns;
      assert.ok(each <= (cards === 1 ? 1240 : 820) && (each >= 340 || columns === 1), `${cards} in ${width}: ${each}`);
    }
  }
});

test('a row with pinned cursors is higher, and no other', () => {
  const some = items('cccccw').map((item) => ({ ...item, cursors: item.key === '3' || item.key === '5' }));
  assert.deepEqual(rowsOf(some, 700).rows.map(({ height }) => height), [CARD, CARD + CURSORS, CARD, WIDE + CURSORS]);
});

test('each section shares its rows for itself', () => {
  const { rows } = rowsOf(items('hcchccccchcccwc'), 1624);
  assert.deepEqual(rows.filter(({ height }) => height === CARD).map(({ from, to, columns }) => [from, to, columns]), [[1, 3, 2], [4, 8, 4], [8, 9, 4], [10, 13, 3], [14, 15, 2]]);
});
