// Finds marks, nodes and edges by place: a grid of cells, each with what touches it.

const ROWS = 1e7; // more than there are cells above each other
const MOST_CELLS = 64; // that one thing is listed in; what is larger is looked at every time

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box */

/**
 * @template T
 * @param {T[]} items @param {(item: T) => Box} boxOf @param {number} [cell] its size in pixels
 */
export function createIndex(items, boxOf, cell = 256) {
  /** @type {Map<number, number[]>} */
  const cells = new Map();
  /** @type {number[]} */
  const large = [];
  /** @type {Box[]} */
  const boxes = [];
  const span = (/** @type {number} */ from, /** @type {number} */ to) => [Math.floor(from / cell), Math.floor(to / cell)];
  /** @type {T[]} */
  const all = [];
  /** @param {T} item */
  function add(item) {
    const i = all.push(item) - 1;
    boxes.push(boxOf(item));
    const { left, top, right, bottom } = boxes[i];
    const [[a, b], [c, d]] = [span(left, right), span(top, bottom)];
    if ((b - a + 1) * (d - c + 1) > MOST_CELLS) {
      large.push(i);
      return;
    }
    for (let x = a; x <= b; x += 1) for (let y = c; y <= d; y += 1) {
      const key = x * ROWS + y;
      const known = cells.get(key);
      if (known) known.push(i);
      else cells.set(key, [i]);
    }
  }
  items.forEach(add);
  const touches = (/** @type {number} */ i, /** @type {Box} */ box) => boxes[i].left <= box.right && boxes[i].right >= box.left
    && boxes[i].top <= box.bottom && boxes[i].bottom >= box.top;
  return {
    items: all,
    add,
    /** What touches a box, in the order of the items. @param {Box} box @returns {T[]} */
    within(box) {
      const [[a, b], [c, d]] = [span(box.left, box.right), span(box.top, box.bottom)];
      if ((b - a + 1) * (d - c + 1) > cells.size) return all.filter((_, i) => touches(i, box));
      const found = new Set(large.filter((i) => touches(i, box)));
      for (let x = a; x <= b; x += 1) for (let y = c; y <= d; y += 1) {
        for (const i of cells.get(x * ROWS + y) ?? []) if (touches(i, box)) found.add(i);
      }
      return [...found].sort((x, y) => x - y).map((i) => all[i]);
    },
  };
}

/** @template T @typedef {{ items: T[], add(item: T): void, within(box: Box): T[] }} Index */
