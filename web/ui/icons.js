// Small pictures on buttons; they have the colour of the text.

import { s } from '../lib/dom.js';

/** @param {string} path of 16 x 16 @param {boolean} [filled] */
function icon(path, filled = false) {
  return s('svg', { class: 'icon', viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true' },
    s('path', { d: path, fill: filled ? 'currentColor' : 'none', stroke: 'currentColor', 'stroke-width': 1.4, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' }));
}

export const pinIcon = () => icon('M5.5 2h5M6.2 2v4.2L4 9h8L9.8 6.2V2M8 9v5');
