// The settings beside the cards; all of them live in the URL.

import { h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { createChartControls } from './chart_controls.js';
import { BANDS, CENTERS, readSettings } from './settings.js';
import { nextWeight, readWeight } from './smoothing.js';

/**
 * @param {import('../../app/types.js').Context} ctx
 * @param {(key: string, value: string | null) => void} change
 */
export function createControls(ctx, change) {
  const read = () => readSettings((key) => ctx.state.get(key));
  const settings = read();
  const number = h('input', {
    type: 'text', inputMode: 'decimal', class: 'limit weight', 'aria-label': say('smooth.weight'), title: say('smooth.weight.about'), value: written(settings.smoothing),
    oninput: () => number.classList.toggle('invalid', readWeight(number.value) === null),
    onchange: () => smooth(readWeight(number.value) ?? read().smoothing),
  });
  const slider = h('input', {
    type: 'range', min: '0', max: '0.99', step: '0.01', value: String(settings.smoothing), 'aria-label': say('smooth.name'), oninput: () => smooth(Number(slider.value)),
  });
  /** @param {number} weight */
  function smooth(weight) {
    change('smoothing', weight === 0 ? null : String(weight));
  }
  /** @param {number} weight */
  function showWeight(weight) {
    number.value = written(weight);
    number.classList.remove('invalid');
    if (Number(slider.value) !== weight) slider.value = String(weight);
  }
  const logX = toggle(say('axis.log'), settings.logX, (on) => change('x', on ? 'log' : null));
  const newest = toggle(say('parts.newest'), settings.newest, (on) => change('parts', on ? 'newest' : null));
  const purged = toggle(say('parts.purged'), settings.purged, (on) => change('purged', on ? 'shown' : null));
  const charts = createChartControls(read, change);
  const smoother = choice('smoother', say('smooth.by'), [['ema', say('smooth.ema')], ['symmetric', say('smooth.symmetric')]], settings.smoother, (value) => change('smoother', value === 'ema' ? null : value), true);
  const axis = choice('axis', say('axis.x'), [['step', say('axis.step')], ['relative', say('axis.relative')], ['wall', say('axis.wall')]], settings.axis,
    (value) => change('axis', value === 'step' ? null : value));
  const scale = choice('scale', say('axis.y'), [['linear', say('axis.linear')], ['log', say('axis.logarithmic')]], settings.log ? 'log' : 'linear',
    (value) => change('y', value === 'log' ? 'log' : null));
  const groups = groupControls(ctx, read, change);
  const element = h('section', { class: 'controls', 'aria-label': say('settings') },
    h('div', { class: 'control' }, h('span', { class: 'control-name' }, say('smooth.name'), number), slider, smoother.element),
    axis.element,
    logX.element,
    scale.element,
    h('details', { class: 'control more', open: settings.newest || settings.purged }, h('summary', null, say('parts.title')),
      newest.element, purged.element),
    groups.element, charts.element);
  return {
    element,
    tags: charts.tags,
    /** Smooths more, or less, by one stop. @param {number} direction */
    smoothMore: (direction) => smooth(nextWeight(read().smoothing, direction)),
    /** Brings the boxes to what the URL says. */
    show() {
      const now = read();
      showWeight(now.smoothing);
      smoother.show(now.smoother);
      axis.show(now.axis);
      scale.show(now.log ? 'log' : 'linear');
      logX.input.disabled = now.axis === 'wall';
      logX.input.checked = now.logX;
      newest.input.checked = now.newest;
      purged.input.checked = now.purged;
      charts.show();
      groups.show();
    },
  };
}

/** @param {number} weight */
const written = (weight) => (weight * 100 % 1 ? String(weight) : weight.toFixed(2));

/**
 * How groups of runs are drawn; there while runs are grouped.
 * @param {import('../../app/types.js').Context} ctx
 * @param {() => import('./settings.js').Settings} read
 * @param {(key: string, value: string | null) => void} change
 */
function groupControls(ctx, read, change) {
  /** @template {string} V @param {'center' | 'band'} key @param {V} usual @param {readonly V[]} values @param {(value: V) => string} text */
  const select = (key, usual, values, text) => h('select', { 'aria-label': say(`groups.${key}`), title: say('groups.settings.about'), onchange: (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.target);
    change(key, value === usual ? null : value);
  } }, values.map((value) => h('option', { value }, text(value))));
  const center = select('center', 'mean', CENTERS, (value) => say(`groups.center.${value}`));
  const band = select('band', 'minmax', BANDS, (value) => say(`groups.band.${value}`));
  const members = toggle(say('groups.runs'), read().members, (on) => change('group_runs', on ? 'shown' : null));
  const element = h('fieldset', { class: 'control group-control' }, h('legend', { class: 'control-name' }, say('groups.settings')),
    h('label', { class: 'row' }, h('span', null, say('groups.center')), center), h('label', { class: 'row' }, h('span', null, say('groups.band')), band), members.element);
  function show() {
    element.hidden = !ctx.runs.groups.groups.value;
    center.value = read().center;
    band.value = read().band;
    members.input.checked = read().members;
  }
  show();
  return { element, show };
}

/** @param {string} name @param {boolean} on @param {(on: boolean) => void} onChange */
function toggle(name, on, onChange) {
  const input = h('input', { type: 'checkbox', checked: on, onchange: () => onChange(input.checked) });
  return { input, element: h('label', { class: 'toggle' }, input, h('span', null, name)) };
}

/**
 * A row of buttons of which one is chosen.
 * @param {string} name of the buttons
 * @param {string} title
 * @param {[string, string][]} options
 * @param {string} chosen
 * @param {(value: string) => void} onChoose
 * @param {boolean} [unnamed] its name is for screen readers only
 */
function choice(name, title, options, chosen, onChoose, unnamed = false) {
  const inputs = options.map(([value]) => h('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => onChoose(value) }));
  const element = h('fieldset', { class: 'control choice' }, h('legend', { class: unnamed ? 'unseen' : 'control-name' }, title),
    h('div', { class: 'segments' }, options.map(([, label], i) => h('label', null, inputs[i], h('span', null, label)))));
  return { element, show: (/** @type {string} */ value) => inputs.forEach((input) => (input.checked = input.value === value)) };
}
