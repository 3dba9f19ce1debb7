// Where headings and cards stand on a page of which only a window exists: pure arithmetic, in CSS pixels.

export const HEAD = 34;
export const CARD = 282;
export const WIDE = 490;
export const GAP = 12;
const NARROWEST = 340;
const BEHIND = 8; // below the last row of cards before a heading

/**
 * @typedef {{ key: string, kind: 'head' | 'card' | 'line', wide?: boolean }} Item
 *   line: one line of text that is no heading
 * @typedef {{ top: number, height: number, from: number, to: number, columns: number }} Row of items
 */

/** How many cards stand side by side. @param {number} width */
export function columnsOf(width) {
  return Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
}

/**
 * @param {Item[]} items
 * @param {number} width
 * @returns {{ rows: Row[], height: number }}
 */
export function rowsOf(items, width) {
  const most = columnsOf(width);
  /** @type {Row[]} */
  const rows = [];
  let top = 0;
  for (let from = 0; from < items.length;) {
    const { kind, wide } = items[from];
    const to = kind === 'card' && !wide ? endOf(items, from, most) : from + 1;
    const height = kind !== 'card' ? HEAD : wide ? WIDE : CARD;
    rows.push({ top, height, from, to, columns: kind === 'card' && !wide ? most : 1 });
    const ends = kind === 'card' && items[to]?.kind !== 'card';
    top += height + (kind === 'card' ? GAP : 0) + (ends ? BEHIND : 0);
    from = to;
  }
  return { rows, height: top };
}

/** @param {Item[]} items @param {number} from @param {number} most */
function endOf(items, from, most) {
  let to = from;
  while (to < items.length && to - from < most && items[to].kind === 'card' && !items[to].wide) to += 1;
  return to;
}

/**
 * The rows that lie between two heights, from and up to.
 * @param {Row[]} rows
 * @param {number} top
 * @param {number} bottom
 */
export function rowsBetween(rows, top, bottom) {
  const from = firstWhere(rows, (row) => row.top + row.height > top);
  return { from, to: Math.max(from, firstWhere(rows, (row) => row.top >= bottom)) };
}

/** @param {Row[]} rows @param {(row: Row) => boolean} holds false for some and then true @returns {number} */
function firstWhere(rows, holds) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(rows[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Left edge and width of an item in its row.
 * @param {Row} row
 * @param {number} index of the item in the list of all
 * @param {number} width
 */
export function placeOf(row, index, width) {
  const each = (width - (row.columns - 1) * GAP) / row.columns;
  return { left: (index - row.from) * (each + GAP), width: each };
}
