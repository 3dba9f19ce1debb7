// Which part of the picture the window shows, and how large: pure functions.

import { shifted } from './model.js';

/** @typedef {{ x: number, y: number, scale: number }} View x, y: of the picture at the window's left top corner; scale: page pixels for one of the picture */
/** @typedef {{ width: number, height: number }} Size @typedef {{ x: number, y: number, width: number, height: number }} Node x, y: its middle */

const LARGEST = 1.4; // scale of a picture that is fitted
export const READABLE = 0.62; // below it names are too small to read
export const SKETCH = 0.28; // below it boxes cannot be told apart, and a picture is no overview
const ROW = 40; // px: nodes that end no further above the lowest stand beside it
const MARGIN = 28; // px around a picture that is fitted
const TOOLS = 34; // px more below and above it, where the buttons stand
const PAD = 14; // px around a node that is brought into view
const [LEAST, MOST] = [0.004, 4];

/** The scale at which all of a picture is in the window. @param {Size} picture @param {Size} window */
export function fittingScale(picture, window) {
  return Math.max(LEAST, Math.min(LARGEST, (window.width - 2 * MARGIN) / Math.max(1, picture.width), (window.height - 2 * MARGIN - 2 * TOOLS) / Math.max(1, picture.height)));
}

/** All of a picture in the middle of the window. @param {Size} picture @param {Size} window @returns {View} */
export function fitted(picture, window) {
  const scale = fittingScale(picture, window);
  return { scale, x: picture.width / 2 - window.width / scale / 2, y: picture.height / 2 - window.height / scale / 2 };
}

/**
 * What a picture is first seen as: all of it, or where even its boxes could not be told apart its
 * beginning, where data come in.
 * @param {Size & { nodes: Node[] }} picture @param {Size} window @returns {View}
 */
export function firstView(picture, window) {
  if (fittingScale(picture, window) >= SKETCH) return fitted(picture, window);
  return beginning({ x: picture.width / 2, y: picture.height / 2, width: picture.width, height: picture.height }, picture.nodes, { scale: READABLE, x: (picture.width - window.width / READABLE) / 2, y: 0 }, window);
}

/**
 * The lower border of a box that is larger than the window, where data come in, with a node of it in
 * the middle.
 * @param {Node} box @param {Node[]} inside @param {View} view its scale, and its place along a side that fits @param {Size} window @returns {View}
 */
export function beginning(box, inside, view, window) {
  const [width, height] = [window.width / view.scale, window.height / view.scale];
  const bottom = (/** @type {Node} */ node) => node.y + node.height / 2;
  const lowest = inside.reduce((most, node) => Math.max(most, bottom(node)), -Infinity);
  const row = inside.filter((node) => bottom(node) > lowest - ROW);
  const at = row.reduce((best, node) => (Math.abs(node.x - box.x) < Math.abs(best.x - box.x) ? node : best), row[0] ?? box);
  const beside = (MARGIN + TOOLS) / view.scale;
  return {
    scale: view.scale,
    x: box.width + 2 * PAD > width ? at.x - width / 2 : shifted(view.x, width, box.x - box.width / 2 - PAD, box.width + 2 * PAD),
    y: box.height + 2 * PAD > height ? box.y + box.height / 2 + beside - height : shifted(view.y, height, box.y - box.height / 2 - PAD, box.height + 2 * PAD),
  };
}

/** Larger by a factor, while a point of the window stays where it is. @param {View} view @param {number} factor @param {number} px @param {number} py @returns {View} */
export function zoomed(view, factor, px, py) {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
  return { scale, x: view.x + px / view.scale - px / scale, y: view.y + py / view.scale - py / scale };
}

/** A node in the middle, large enough to be read. @param {View} view @param {{ x: number, y: number }} at @param {Size} window @returns {View} */
export function centred(view, at, window) {
  const scale = Math.max(view.scale, READABLE);
  return { scale, x: at.x - window.width / scale / 2, y: at.y - window.height / scale / 2 };
}

/** Moved as little as brings a box into view. @param {View} view @param {{ x: number, y: number, width: number, height: number }} box @param {Size} window @returns {View} */
export function intoView(view, { x, y, width, height }, window) {
  return {
    scale: view.scale,
    x: shifted(view.x, window.width / view.scale, x - width / 2 - PAD, width + 2 * PAD),
    y: shifted(view.y, window.height / view.scale, y - height / 2 - PAD, height + 2 * PAD),
  };
}

/** The box of the picture that the window shows. @param {View} view @param {Size} window */
export function shownBox({ x, y, scale }, { width, height }) {
  return { left: x, top: y, right: x + width / scale, bottom: y + height / scale };
}

/** Between two views, by a share from 0 to 1. @param {View} a @param {View} b @param {number} share @returns {View} */
export function between(a, b, share) {
  const scale = a.scale * (b.scale / a.scale) ** share;
  // The way of the picture, not of the corner, is even while the scale changes.
  const t = Math.abs(b.scale - a.scale) < 1e-9 ? share : (1 / a.scale - 1 / scale) / (1 / a.scale - 1 / b.scale);
  return { scale, x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}
