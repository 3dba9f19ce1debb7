// The settings beside the cards; all of them live in the URL.

import { h } from '../../lib/dom.js';
import { readSettings } from './model.js';

/** @param {import('../../app/types.js').Context} ctx @param {() => void} onChange */
export function createControls(ctx, onChange) {
  const { state } = ctx;
  const settings = readSettings((key) => state.get(key));
  const number = h('output', { class: 'num' }, settings.smoothing.toFixed(2));
  const slider = h('input', {
    type: 'range', min: '0', max: '0.99', step: '0.01', value: String(settings.smoothing), 'aria-label': 'Smoothing',
    oninput: () => {
      number.textContent = Number(slider.value).toFixed(2);
      change('smoothing', Number(slider.value) === 0 ? null : slider.value);
    },
  });
  /** @param {string} key @param {string | null} value */
  function change(key, value) {
    state.set(key, value);
    onChange();
  }
  return h('section', { class: 'controls', 'aria-label': 'Settings' },
    h('div', { class: 'control' }, h('span', { class: 'control-name' }, 'Smoothing', number), slider),
    choice('Horizontal axis', [['step', 'Step'], ['relative', 'Relative'], ['wall', 'Wall time']], settings.axis,
      (value) => change('axis', value === 'step' ? null : value)),
    choice('Vertical axis', [['linear', 'Linear'], ['log', 'Logarithmic']], settings.log ? 'log' : 'linear',
      (value) => change('y', value === 'log' ? 'log' : null)));
}

/**
 * A row of buttons of which one is chosen.
 * @param {string} name
 * @param {[string, string][]} options
 * @param {string} chosen
 * @param {(value: string) => void} onChoose
 */
function choice(name, options, chosen, onChoose) {
  return h('fieldset', { class: 'control choice' }, h('legend', { class: 'control-name' }, name),
    h('div', { class: 'segments' }, options.map(([value, label]) => h('label', null,
      h('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => onChoose(value) }), h('span', null, label)))));
}
