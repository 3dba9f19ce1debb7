// The whole picture, small, with a frame around what the window shows.

import { h } from '../../lib/dom.js';

const [WIDTH, HEIGHT] = [168, 118];
const LARGER = 1.15; // how much larger than the window a picture must be to need it
const MOST = 4000; // boxes

/** @param {(x: number, y: number) => void} onGo the middle of what should be shown, in the picture's pixels */
export function createMinimap(onGo) {
  const canvas = h('canvas', { width: WIDTH * 2, height: HEIGHT * 2 });
  const frame = h('div', { class: 'minimap-frame' });
  const element = h('div', { class: 'minimap', 'data-own': '', 'aria-hidden': 'true', hidden: true }, canvas, frame);
  let [scale, left, top] = [1, 0, 0];
  let picture = { width: 0, height: 0 };

  const go = (/** @type {PointerEvent} */ event) => {
    if (!(event.buttons & 1)) return;
    const box = canvas.getBoundingClientRect();
    onGo((event.clientX - box.left - left) / scale, (event.clientY - box.top - top) / scale);
  };
  element.addEventListener('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId);
    go(event);
  });
  element.addEventListener('pointermove', go);
  return {
    element,
    /** @param {import('./model.js').Scene} scene @param {import('./paint.js').Palette} palette */
    update(scene, palette) {
      picture = scene;
      scale = Math.min((WIDTH - 12) / Math.max(1, scene.width), (HEIGHT - 12) / Math.max(1, scene.height));
      [left, top] = [(WIDTH - scene.width * scale) / 2, (HEIGHT - scene.height * scale) / 2];
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.setTransform(2, 0, 0, 2, 0, 0);
      context.fillStyle = palette.surface;
      context.fillRect(0, 0, WIDTH, HEIGHT);
      const each = Math.max(1, Math.ceil(scene.nodes.length / MOST));
      scene.nodes.forEach((node, i) => {
        if (i % each && !node.open) return;
        context.fillStyle = node.open ? palette['open-1'] : palette['node-edge'];
        const [width, height] = [Math.max(1, node.width * scale), Math.max(1, node.height * scale)];
        context.fillRect(left + node.x * scale - width / 2, top + node.y * scale - height / 2, width, height);
      });
    },
    /** @param {import('./camera.js').View} view @param {{ width: number, height: number }} window */
    show(view, window) {
      element.hidden = !picture.width || (picture.width * view.scale < window.width * LARGER && picture.height * view.scale < window.height * LARGER);
      const clamp = (/** @type {number} */ value, /** @type {number} */ most) => Math.max(0, Math.min(most, value));
      const [x0, y0] = [clamp(left + view.x * scale, WIDTH), clamp(top + view.y * scale, HEIGHT)];
      const [x1, y1] = [clamp(left + (view.x + window.width / view.scale) * scale, WIDTH), clamp(top + (view.y + window.height / view.scale) * scale, HEIGHT)];
      Object.assign(frame.style, { left: `${x0}px`, top: `${y0}px`, width: `${Math.max(4, x1 - x0)}px`, height: `${Math.max(4, y1 - y0)}px` });
    },
  };
}
