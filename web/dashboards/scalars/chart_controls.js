// Settings of all charts that are not needed every day: one click away from the usual ones.

import { readLimit } from '../../charts/limits.js';
import { fill, h } from '../../lib/dom.js';
import { parts, say } from '../../lib/say.js';

/**
 * @typedef {import('./settings.js').Settings} Settings
 * @typedef {(key: string, value: string | null) => void} Change
 */

const AXES = {
  step: say('over.step'), relative: say('over.relative'), wall: say('over.wall'), active: say('over.active'), index: say('over.index'), tag: say('over.tag'),
};
const MOST_SUGGESTED = 50;

/** @type {[string, string, (settings: Settings) => boolean, (on: boolean) => string | null, string][]} */
const TOGGLES = [
  ['outliers', say('charts.outliers'), ({ aside }) => aside, (on) => (on ? 'aside' : null), say('charts.outliers.about')],
  ['marks', say('charts.extremes'), ({ extremes }) => extremes, (on) => (on ? 'extremes' : null), ''],
  ['names', say('charts.names'), ({ names }) => names, (on) => (on ? null : 'hidden'), say('charts.names.about')],
  ['restarts', say('charts.restarts'), ({ boundaries }) => boundaries, (on) => (on ? null : 'hidden'), say('charts.restarts.about')],
  ['zoom', say('charts.linked'), ({ linked }) => linked, (on) => (on ? 'linked' : null), say('charts.linked.about')],
];

/**
 * @param {() => Settings} read
 * @param {Change} change
 */
export function createChartControls(read, change) {
  const axis = h('select', { 'aria-label': say('over.name'), onchange: choose },
    Object.entries(AXES).map(([value, text]) => h('option', { value }, text)));
  const matching = Object.assign(h('datalist', null), { id: 'axis-tags' });
  const over = h('input', { type: 'text', class: 'limit', placeholder: say('over.example'), 'aria-label': say('over.tag.name'), oninput: suggest, onfocus: suggest, onchange: chooseTag });
  over.setAttribute('list', matching.id);
  const which = h('div', { class: 'row', hidden: true }, h('span', null, say('over.tag.label')), over, matching);
  const ends = limitFields([say('limits.lowest'), say('limits.highest')], (limits) => {
    ['ymin', 'ymax'].forEach((key, i) => limits[i] !== read().limits[i] && change(key, limits[i] === null ? null : String(limits[i])));
  });
  const unknown = h('p', { class: 'bad limit-said', role: 'status' });
  const boxes = TOGGLES.map(([key, name, , value, title]) => {
    const input = h('input', { type: 'checkbox', onchange: () => change(key, value(input.checked)) });
    return { input, element: h('label', { class: 'toggle', title }, input, h('span', null, name)) };
  });
  const order = h('select', { 'aria-label': say('order.name'), onchange: () => change('order', order.value === 'near' ? null : order.value) },
    [['near', say('order.near')], ['value', say('order.value')], ['low', say('order.low')], ['name', say('order.by')]].map(([value, text]) => h('option', { value }, text)));
  const element = h('details', { class: 'control more' }, h('summary', null, say('charts.more')),
    h('label', { class: 'row' }, h('span', null, say('over.label')), axis), which, unknown,
    h('div', { class: 'row' }, ends.range), ends.said,
    boxes.map((box) => box.element),
    h('label', { class: 'row' }, h('span', null, say('order.label')), order));
  /** @type {string[]} */
  let tags = [];

  function choose() {
    const { value } = axis;
    which.hidden = value !== 'tag';
    if (value === 'tag') over.focus();
    else {
      change('over', null);
      change('axis', value === 'step' ? null : value);
    }
  }
  function chooseTag() {
    const known = tags.includes(over.value);
    over.classList.toggle('invalid', !known && over.value !== '');
    unknown.textContent = known || over.value === '' ? '' : say('over.unknown', { tag: over.value });
    if (!known) return;
    change('over', over.value);
    change('axis', 'tag');
  }
  /** Lists the tags that hold what is typed: not all of ten thousand. */
  function suggest() {
    const text = over.value.toLowerCase();
    fill(matching, tags.filter((tag) => tag.toLowerCase().includes(text)).slice(0, MOST_SUGGESTED).map((value) => h('option', { value })));
  }
  function show() {
    const settings = read();
    axis.value = settings.axis;
    which.hidden = settings.axis !== 'tag';
    if (document.activeElement !== over) over.value = settings.over;
    ends.show(settings.limits);
    TOGGLES.forEach(([, , is], i) => (boxes[i].input.checked = is(settings)));
    order.value = settings.order;
    const unusual = settings.limits.some((end) => end !== null) || settings.aside || settings.extremes || settings.linked || settings.order !== 'near' || ['active', 'index', 'tag'].includes(settings.axis);
    if (unusual && !element.dataset.seen) element.open = true;
    element.dataset.seen = 'yes';
  }
  show();
  return {
    element,
    show,
    /** Which tags there are, for the axis. @param {string[]} next */
    tags(next) {
      tags = next;
    },
  };
}

/**
 * Two fields for the ends of an axis: each a number, or nothing. What cannot be is said and not done.
 * @param {[string, string]} names @param {(limits: import('../../charts/limits.js').Limits) => void} onChange
 */
export function limitFields(names, onChange) {
  const said = h('span', { class: 'bad limit-said', role: 'status' });
  const inputs = names.map((name) => h('input', {
    type: 'text', inputMode: 'decimal', class: 'limit', placeholder: say('limits.placeholder'), 'aria-label': name, oninput: read, onchange: take,
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && take(),
  }));

  /** @returns {import('../../charts/limits.js').Limits | null} null: they cannot be */
  function read() {
    const [low, high] = inputs.map(({ value }) => readLimit(value));
    const wrong = [low, high].indexOf(undefined);
    const crossed = typeof low === 'number' && typeof high === 'number' && low >= high;
    said.textContent = wrong >= 0 ? say('limits.number', { text: inputs[wrong].value }) : crossed ? say('limits.crossed') : '';
    inputs.forEach((input, i) => input.classList.toggle('invalid', crossed || [low, high][i] === undefined));
    return low === undefined || high === undefined || crossed ? null : [low, high];
  }
  function take() {
    const limits = read();
    if (limits) onChange(limits);
  }
  const range = parts('limits.range', { low: inputs[0], high: inputs[1] });
  return {
    /** The fields with the words around them. */
    range: range.map((piece) => (typeof piece === 'string' ? h('span', null, piece.trim()) : piece)),
    said,
    read,
    /** Writes what holds, where nobody is writing. @param {import('../../charts/limits.js').Limits} limits */
    show(limits) {
      if (inputs.some((input) => input === document.activeElement)) return;
      limits.forEach((end, i) => (inputs[i].value = end === null ? '' : String(end)));
      read();
    },
  };
}
