// A line of many points as the few that a screen can show.

/**
 * Pieces of a polyline in device pixels: where there are more points than pixel columns, each column
 * keeps the first, lowest, highest and last. A value that is not finite ends a piece.
 * @param {Float64Array} x
 * @param {Float64Array} y
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
  const end = () => {
    flush(column, piece);
    if (piece.length) found.push(piece);
    piece = [];
  };
  for (let i = 0; i < x.length; i += 1) {
    if (!Number.isFinite(y[i]) || (positive && y[i] <= 0)) {
      end();
      before = -1;
      continue;
    }
    const px = toX(x[i]);
    const inside = px >= span[0] && px <= span[1];
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
    add(column, piece, px, toY(y[i]));
  }
  end();
  return found;
}

/** @param {number} a @param {number} b @param {[number, number]} span */
function crosses(a, b, span) {
  return Math.min(a, b) < span[0] && Math.max(a, b) > span[1];
}

/** @typedef {{ n: number, at: number, first: number[], last: number[], low: number[], high: number[] }} Column */

/** @returns {Column} */
function newColumn() {
  return { n: 0, at: 0, first: [0, 0], last: [0, 0], low: [0, 0, 0], high: [0, 0, 0] };
}

/** @param {Column} column @param {number[]} piece @param {number} px @param {number} py */
function add(column, piece, px, py) {
  const at = Math.floor(px);
  if (column.n && at !== column.at) flush(column, piece);
  if (!column.n) {
    column.at = at;
    column.first = [px, py];
    column.low = [px, py, 0];
    column.high = [px, py, 0];
  }
  if (py < column.low[1]) column.low = [px, py, column.n];
  if (py > column.high[1]) column.high = [px, py, column.n];
  column.last = [px, py];
  column.n += 1;
}

/** @param {Column} column @param {number[]} piece */
function flush(column, piece) {
  if (!column.n) return;
  piece.push(column.first[0], column.first[1]);
  if (column.n > 2) {
    const [a, b] = column.low[2] < column.high[2] ? [column.low, column.high] : [column.high, column.low];
    piece.push(a[0], a[1], b[0], b[1]);
  }
  if (column.n > 1) piece.push(column.last[0], column.last[1]);
  column.n = 0;
}

/**
 * The index of the point nearest to `at`, or -1 if there is none.
 * @param {Float64Array} x
 * @param {number} at
 */
export function nearest(x, at) {
  let best = -1;
  let distance = Infinity;
  for (let i = 0; i < x.length; i += 1) {
    const d = Math.abs(x[i] - at);
    if (d < distance) {
      distance = d;
      best = i;
    }
  }
  return best;
}
