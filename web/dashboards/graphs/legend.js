// What the marks of the picture mean: the same marks, small, with words.

import { h, s } from '../../lib/dom.js';
import { formatBytes } from '../../lib/format.js';
import { formatMicros } from './panel.js';

const BOXES = [['group', 'name scope, with how much is inside'], ['series', 'series of alike blocks'], ['op', 'operation'], ['constant', 'constant or placeholder'],
  ['variable', 'variable'], ['summary', 'summary'], ['save', 'saves or restores'], ['hub', 'joined to very many']];
const LINES = [['data', 'tensor; wider is larger'], ['control', 'control: only the order'], ['reference', 'reference to a variable'], ['loop', 'back to where a loop begins']];

/** @param {Node | null} scale of the colouring */
export function legend(scale) {
  return h('div', { class: 'legend' }, scale, h('h3', null, 'Legend'),
    h('ul', null,
      BOXES.map(([look, text]) => h('li', null, h('span', { class: `sample ${look}`, 'aria-hidden': 'true' }), text)),
      h('li', null, h('span', { class: 'sample tucked', 'aria-hidden': 'true' }), 'tucked away beside its user; dashed: also elsewhere'),
      LINES.map(([kind, text]) => h('li', null, s('svg', { class: `sample-line ${kind}`, width: 30, height: 12, 'aria-hidden': 'true' },
        s('path', { d: 'M1,6H23' }), s('path', { class: 'head', d: 'M22,2.6L29,6L22,9.4z' })), text)),
      h('li', null, h('span', { class: 'sample port', 'aria-hidden': 'true' }), 'where data cross the border of an open box')),
    h('p', { class: 'faint' }, 'Data flow upwards.'));
}

/**
 * The scale of a colouring.
 * @param {import('./colour.js').Colouring} colouring
 */
export function scaleLegend({ title, labels, bounds, gradient, unit }) {
  if (bounds) {
    const say = unit === 'bytes' ? formatBytes : unit === 'us' ? formatMicros : (/** @type {number} */ value) => `${value.toPrecision(4)}${unit ? ` ${unit}` : ''}`;
    return h('div', null, h('h3', null, title), h('div', { class: 'scale-bar', style: { background: gradient } }),
      h('div', { class: 'scale-ends' }, h('span', null, say(bounds.low)), h('span', null, say(bounds.high))));
  }
  return h('div', null, h('h3', null, title), h('ul', null, labels.map(({ label, fill, stroke }) => h('li', null,
    h('span', { class: 'sample', style: { background: fill, borderColor: stroke }, 'aria-hidden': 'true' }), label))));
}
