// A large picture as tiles that are kept, so that moving it only copies them.
//
// Tiles of the present scale are drawn a few each frame, those in the window first; until a tile is
// there, what was drawn at the scale before stands in for it.

import { paint } from './paint.js';

const SIZE = 512; // device pixels
const BUDGET = 7; // ms of a frame for new tiles
const MOST = 160; // tiles that are kept

/** @typedef {import('./marking.js').Drawing} Drawing */

export function createTiles() {
  /** @type {Map<string, HTMLCanvasElement>} of the present scale, the latest used at the end */
  let tiles = new Map();
  /** @type {{ tiles: Map<string, HTMLCanvasElement>, scale: number }} */
  let before = { tiles: new Map(), scale: 1 };
  let scale = 0;

  /**
   * Draws what is there, and some of what is missing.
   * @param {CanvasRenderingContext2D} context of the window, in device pixels
   * @param {Drawing} drawing @param {import('./paint.js').Palette} palette
   * @param {import('./camera.js').View} view @param {number} ratio
   * @returns {boolean} whether there is more to draw
   */
  function draw(context, drawing, palette, view, ratio) {
    const { width, height } = context.canvas;
    if (view.scale * ratio !== scale) {
      if (tiles.size >= before.tiles.size / 4) before = { tiles, scale };
      tiles = new Map();
      scale = view.scale * ratio;
    }
    const [left, top] = [Math.round(view.x * scale), Math.round(view.y * scale)];
    const wanted = around(left, top, width, height);
    const started = performance.now();
    let missing = false;
    for (const { column, row, inside } of wanted) {
      const key = `${column},${row}`;
      let tile = tiles.get(key);
      if (!tile && performance.now() - started < BUDGET) {
        tile = make(drawing, palette, column, row, ratio);
        tiles.set(key, tile);
      }
      if (!tile) missing = true;
      if (!inside) continue;
      const [x, y] = [column * SIZE - left, row * SIZE - top];
      if (tile) context.drawImage(tile, x, y);
      else standIn(context, x, y, left, top);
    }
    for (const key of tiles.keys()) {
      if (tiles.size <= MOST) break;
      if (!wanted.some(({ column, row }) => key === `${column},${row}`)) tiles.delete(key);
    }
    return missing;
  }
  /** Parts of the tiles of the scale before, over one tile's place. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} left @param {number} top */
  function standIn(context, x, y, left, top) {
    if (!before.tiles.size) return;
    const factor = scale / before.scale;
    const size = SIZE * factor;
    context.save();
    context.beginPath();
    context.rect(x, y, SIZE, SIZE);
    context.clip();
    for (let column = Math.floor((x + left) / size); column * size < x + left + SIZE; column += 1) {
      for (let row = Math.floor((y + top) / size); row * size < y + top + SIZE; row += 1) {
        const old = before.tiles.get(`${column},${row}`);
        if (old) context.drawImage(old, column * size - left, row * size - top, size, size);
      }
    }
    context.restore();
  }
  /** @param {Drawing} drawing @param {import('./paint.js').Palette} palette @param {number} column @param {number} row @param {number} ratio */
  function make(drawing, palette, column, row, ratio) {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [SIZE, SIZE];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
    const [left, top] = [(column * SIZE) / scale, (row * SIZE) / scale];
    context.setTransform(scale, 0, 0, scale, -column * SIZE, -row * SIZE);
    paint(context, drawing.within({ left, top, right: left + SIZE / scale, bottom: top + SIZE / scale }), palette, scale, ratio, { top, bottom: top + SIZE / scale });
    context.getImageData(0, 0, 1, 1); // drawn now, within the budget, and not at the end of the frame
    return canvas;
  }
  return {
    draw,
    /** Draws all anew; what was drawn stands in for it until then, since nothing has moved. */
    renew() {
      if (tiles.size) before = { tiles, scale };
      tiles = new Map();
    },
    /** Forgets everything: the picture has changed. */
    clear() {
      tiles = new Map();
      before = { tiles: new Map(), scale: 1 };
      scale = 0;
    },
  };
}

/** Tiles in the window, nearest to its middle first, then those around it. @param {number} left @param {number} top @param {number} width @param {number} height */
function around(left, top, width, height) {
  const found = [];
  const [first, last] = [Math.floor(left / SIZE), Math.floor((left + width - 1) / SIZE)];
  const [upper, lower] = [Math.floor(top / SIZE), Math.floor((top + height - 1) / SIZE)];
  const [cx, cy] = [(first + last) / 2, (upper + lower) / 2];
  for (let column = first - 1; column <= last + 1; column += 1) for (let row = upper - 1; row <= lower + 1; row += 1) {
    const inside = column >= first && column <= last && row >= upper && row <= lower;
    found.push({ column, row, inside, far: (inside ? 0 : 1000) + Math.abs(column - cx) + Math.abs(row - cy) });
  }
  return found.sort((a, b) => a.far - b.far);
}
