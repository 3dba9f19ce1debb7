// What the marks of the picture mean: the same marks, small, with words.

import { h, s } from '../../lib/dom.js';
import { formatBytes } from '../../lib/format.js';
import { say } from '../../lib/say.js';
import { formatMicros } from './panel.js';

const BOXES = [['group', say('legend.group')], ['series', say('legend.series')], ['op', say('legend.op')], ['constant', say('legend.constant')],
  ['variable', say('legend.variable')], ['summary', say('legend.summary')], ['save', say('legend.save')], ['hub', say('legend.hub')]];
const LINES = [['data', say('legend.data')], ['control', say('legend.control')], ['reference', say('legend.reference')], ['loop', say('legend.loop')]];

/** @param {Node | null} scale of the colouring */
export function legend(scale) {
  return h('div', { class: 'legend' }, scale, h('h3', { 'aria-level': 2 }, say('legend.title')),
    h('ul', null,
      BOXES.map(([look, text]) => h('li', null, h('span', { class: `sample ${look}`, 'aria-hidden': 'true' }), text)),
      h('li', null, h('span', { class: 'sample tucked', 'aria-hidden': 'true' }), say('legend.tucked')),
      LINES.map(([kind, text]) => h('li', null, s('svg', { class: `sample-line ${kind}`, width: 30, height: 12, 'aria-hidden': 'true' },
        s('path', { d: 'M1,6H23' }), s('path', { class: 'head', d: 'M22,2.6L29,6L22,9.4z' })), text)),
      h('li', null, h('span', { class: 'sample port', 'aria-hidden': 'true' }), say('legend.port'))),
    h('p', { class: 'faint' }, say('legend.upwards')));
}

/**
 * The scale of a colouring.
 * @param {import('./colour.js').Colouring} colouring
 */
export function scaleLegend({ title, labels, bounds, gradient, unit }) {
  if (bounds) {
    const written = unit === 'bytes' ? formatBytes : unit === 'us' ? formatMicros : (/** @type {number} */ value) => `${value.toPrecision(4)}${unit ? ` ${unit}` : ''}`;
    return h('div', null, h('h3', { 'aria-level': 2 }, title), h('div', { class: 'scale-bar', style: { background: gradient } }),
      h('div', { class: 'scale-ends' }, h('span', null, written(bounds.low)), h('span', null, written(bounds.high))));
  }
  return h('div', null, h('h3', { 'aria-level': 2 }, title), h('ul', null, labels.map(({ label, fill, stroke }) => h('li', null,
    h('span', { class: 'sample', style: { background: fill, borderColor: stroke }, 'aria-hidden': 'true' }), label))));
}
