// A short piece of a run's line.

import { s } from '../lib/dom.js';

/** @param {{ color: string, dash: number[] }} style */
export function swatch({ color, dash }) {
  return s('svg', { class: 'swatch', viewBox: '0 0 22 10', width: 22, height: 10, 'aria-hidden': 'true' },
    s('line', { x1: 1, y1: 5, x2: 21, y2: 5, stroke: color, 'stroke-width': 3, 'stroke-dasharray': dash.join(' ') || null }));
}
