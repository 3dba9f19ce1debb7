// Where headings and cards stand on a page of which only a window exists: pure arithmetic, in CSS pixels.

export const HEAD = 34;
export const CARD = 282;
export const WIDE = 490;
export const CURSORS = 132; // more for the values at pinned cursors
export const GAP = 12;
const NARROWEST = 340;
const WIDEST = 820; // of cards that share a row
const ALONE = 1240; // and of one that has it to itself
const BEHIND = 8; // below the last row of cards before a heading

/**
 * @typedef {{ key: string, kind: 'head' | 'card' | 'line', wide?: boolean, cursors?: boolean }} Item
 *   line: one line of text that is no heading; cursors: it has pinned ones
 * @typedef {{ top: number, height: number, from: number, to: number, columns: number }} Row of items
 */

/** How many cards stand side by side. @param {number} width */
export function columnsOf(width) {
  return Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
}

/**
 * How many columns some cards stand in: few share the whole width, as long as none becomes too wide
 * to be read.
 * @param {number} cards that stand together @param {number} width
 */
export function sharing(cards, width) {
  const most = columnsOf(width);
  if (cards === 1 && width <= ALONE) return 1;
  const least = Math.ceil((width + GAP) / (WIDEST + GAP));
  return Math.min(most, Math.max(cards, least));
}

/**
 * @param {Item[]} items
 * @param {number} width
 * @returns {{ rows: Row[], height: number }}
 */
export function rowsOf(items, width) {
  /** @type {Row[]} */
  const rows = [];
  let top = 0;
  let end = 0; // of the cards that stand together
  let most = 1;
  for (let from = 0; from < items.length;) {
    const { kind, wide } = items[from];
    const together = kind === 'card' && !wide;
    if (together && from >= end) {
      end = endOf(items, from);
      most = sharing(end - from, width);
    }
    const to = together ? Math.min(end, from + most) : from + 1;
    const cursors = items.slice(from, to).some((item) => item.cursors);
    const height = kind !== 'card' ? HEAD : (wide ? WIDE : CARD) + (cursors ? CURSORS : 0);
    rows.push({ top, height, from, to, columns: together ? most : 1 });
    const ends = kind === 'card' && items[to]?.kind !== 'card';
    top += height + (kind === 'card' ? GAP : 0) + (ends ? BEHIND : 0);
    from = to;
  }
  return { rows, height: top };
}

/** @param {Item[]} items @param {number} from */
function endOf(items, from) {
  let to = from;
  while (to < items.length && items[to].kind === 'card' && !items[to].wide) to += 1;
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
