// A line of many points as the few that a screen can show.

/** @typedef {Float32Array | Float64Array} Numbers */

/**
 * Pieces of a polyline in device pixels: where there are more points than pixel columns, each column
 * keeps the first, lowest, highest and last. A value that cannot be drawn ends a piece, unless the
 * values around it are in one column. Points whose x is no number on the axis are left out.
 *
 * The server reduces by the same rule: what it sends gives the same pieces as all points do.
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {(x: number) => number} toX
 * @param {(y: number) => number} toY
 * @param {[number, number]} span pixels that are drawn; points outside are left out, but for one on
 *   each side, so that the line leaves the picture in the right direction
 * @param {boolean} [positive] leave out y <= 0
 * @returns {number[][]} pieces, each x0, y0, x1, y1, …
 */
export function pieces(x, y, toX, toY, span, positive = false) {
  /** @type {number[][]} */
  const found = [];
  /** @type {number[]} */
  let piece = [];
  const column = newColumn();
  let before = -1;
  let gap = false;
  const end = () => {
    flush(column, piece);
    if (piece.length) found.push(piece);
    piece = [];
  };
  for (let i = 0; i < x.length; i += 1) {
    const px = toX(x[i]);
    if (!Number.isFinite(px)) continue;
    if (!Number.isFinite(y[i]) || (positive && y[i] <= 0)) {
      gap = true;
      continue;
    }
    const inside = px >= span[0] && px <= span[1];
    if (gap && !(inside && column.n && column.at === Math.floor(px))) {
      end();
      before = -1;
    }
    gap = false;
    if (!inside) {
      if (piece.length || column.n) {
        flush(column, piece);
        piece.push(px, toY(y[i]));
        end();
      } else if (before >= 0 && crosses(toX(x[before]), px, span)) {
        found.push([toX(x[before]), toY(y[before]), px, toY(y[i])]);
      }
      before = i;
      continue;
    }
    if (before >= 0 && !piece.length && !column.n) piece.push(toX(x[before]), toY(y[before]));
    before = i;
    add(column, piece, px, toY(y[i]), y[i]);
  }
  end();
  return found;
}

/**
 * Where values that are not finite are marked: the first of each kind in a pixel column.
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {(x: number) => number} toX
 * @param {[number, number]} span pixels outside which there are no marks
 * @returns {{ x: number, up: boolean }[]} up: the value is ∞
 */
export function markedColumns(x, y, toX, span) {
  const found = [];
  const last = { true: NaN, false: NaN };
  for (let i = 0; i < x.length; i += 1) {
    if (Number.isFinite(y[i])) continue;
    const px = toX(x[i]);
    const up = y[i] === Infinity;
    const column = Math.floor(px);
    if (!(px >= span[0] && px <= span[1]) || column === last[`${up}`]) continue;
    last[`${up}`] = column;
    found.push({ x: px, up });
  }
  return found;
}

/** @param {number} a @param {number} b @param {[number, number]} span */
function crosses(a, b, span) {
  return Math.min(a, b) < span[0] && Math.max(a, b) > span[1];
}

/**
 * A pixel column; low and high are those of the values, of which the first of equal ones counts. All
 * its fields are numbers, since there is one for each point of most curves.
 * @typedef {{ n: number, at: number, firstX: number, firstY: number, lastX: number, lastY: number,
 *   low: number, lowX: number, lowY: number, lowN: number, high: number, highX: number, highY: number, highN: number }} Column
 */

/** @returns {Column} */
function newColumn() {
  return { n: 0, at: 0, firstX: 0, firstY: 0, lastX: 0, lastY: 0, low: 0, lowX: 0, lowY: 0, lowN: 0, high: 0, highX: 0, highY: 0, highN: 0 };
}

/** @param {Column} column @param {number[]} piece @param {number} px @param {number} py @param {number} value */
function add(column, piece, px, py, value) {
  const at = Math.floor(px);
  if (column.n && at !== column.at) flush(column, piece);
  const { n } = column;
  if (!n) {
    column.at = at;
    column.firstX = px;
    column.firstY = py;
  }
  if (!n || value < column.low) {
    column.low = value;
    column.lowX = px;
    column.lowY = py;
    column.lowN = n;
  }
  if (!n || value > column.high) {
    column.high = value;
    column.highX = px;
    column.highY = py;
    column.highN = n;
  }
  column.lastX = px;
  column.lastY = py;
  column.n = n + 1;
}

/** @param {Column} column @param {number[]} piece */
function flush(column, piece) {
  if (!column.n) return;
  piece.push(column.firstX, column.firstY);
  if (column.n > 2) {
    if (column.lowN < column.highN) piece.push(column.lowX, column.lowY, column.highX, column.highY);
    else piece.push(column.highX, column.highY, column.lowX, column.lowY);
  }
  if (column.n > 1) piece.push(column.lastX, column.lastY);
  column.n = 0;
}
