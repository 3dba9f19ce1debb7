// What hangs on the buttons above the run table: which columns it has, how runs are coloured, and the
// colour of one run.

import { h } from '../lib/dom.js';
import { PALETTE } from '../lib/colours.js';
import { isUpward } from '../lib/column_keys.js';
import { say } from '../lib/say.js';
import { ABOUT, columnOf } from './run_columns.js';
import { openPopup } from './popup.js';
import { swatch } from './swatch.js';

const MOST_TAGS = 60;
const MOST_PARAMS = 100;

/**
 * Hyper-parameters and how many values the runs have of each; those that differ first.
 * @param {import('../app/runs.js').Runs} runs
 */
export function paramsOf(runs) {
  const list = runs.list.value;
  const found = runs.facts.paramNames(list).map((name) => {
    const values = new Set();
    for (const run of list) values.add(runs.facts.value(run, `param:${name}`));
    return { name, values: values.size };
  });
  return [...found.filter(({ values }) => values > 1), ...found.filter(({ values }) => values <= 1)];
}

/**
 * Opens the choice of columns.
 * @param {Element} anchor
 * @param {import('../app/types.js').Context} ctx
 * @param {() => string[]} chosen
 * @param {(keys: string[] | null) => void} choose
 */
export function openColumns(anchor, ctx, chosen, choose) {
  const { runs } = ctx;
  /** @type {string[]} */
  let tags = [];
  let text = '';
  runs.facts.want('menu', []);
  /** @param {string[] | null} keys */
  const change = (keys) => {
    choose(keys);
    popup.redraw();
  };
  /** @param {string} key */
  const flip = (key) => change(chosen().includes(key) ? chosen().filter((one) => one !== key) : [...chosen(), key]);
  /** @param {string} key @param {number} by */
  const move = (key, by) => {
    const keys = chosen();
    const at = keys.indexOf(key);
    const to = Math.max(0, Math.min(keys.length - 1, at + by));
    const next = keys.filter((one) => one !== key);
    next.splice(to, 0, key);
    change(next);
  };
  const has = (/** @type {string} */ name) => name.toLowerCase().includes(text.trim().toLowerCase());
  /** @param {string} key @param {string} name @param {string} about */
  const box = (key, name, about) => h('label', { class: 'toggle', title: about },
    h('input', { type: 'checkbox', checked: chosen().includes(key), 'aria-label': say('columns.one', { name }), onchange: () => flip(key) }), h('span', null, name));
  /** @param {string} tag */
  function ofTag(tag) {
    const best = chosen().find((key) => key === `best_min:${tag}` || key === `best_max:${tag}`) ?? `${isUpward(tag) ? 'best_max' : 'best_min'}:${tag}`;
    const other = best.startsWith('best_max') ? `best_min:${tag}` : `best_max:${tag}`;
    const stat = (/** @type {string} */ key, /** @type {string} */ name) => h('button', {
      type: 'button', class: 'quiet', 'aria-pressed': String(chosen().includes(key)), 'aria-label': say('columns.stat', { stat: name, tag }), onclick: () => flip(key),
    }, name);
    return h('div', { class: 'tag-line' }, h('span', { class: 'tag-name', title: tag }, tag),
      stat(`last:${tag}`, say('stat.last')), stat(best, `${say('stat.best')} ${best.startsWith('best_max') ? '↑' : '↓'}`),
      chosen().includes(best) && h('button', { type: 'button', class: 'quiet', 'aria-label': say('columns.turn', { tag }), title: say(best.startsWith('best_max') ? 'columns.lower' : 'columns.higher'), onclick: () => change(chosen().map((key) => (key === best ? other : key))) }, '⇅'),
      stat(`min:${tag}`, say('stat.min')), stat(`max:${tag}`, say('stat.max')));
  }
  /** @param {string} key @param {number} at */
  function inOrder(key, at) {
    const { title } = columnOf(key);
    return h('li', null, h('span', null, title),
      h('button', { type: 'button', class: 'quiet', 'aria-label': say('columns.before', { name: title }), disabled: at === 0, onclick: () => move(key, -1) }, '↑'),
      h('button', { type: 'button', class: 'quiet', 'aria-label': say('columns.without', { name: title }), onclick: () => flip(key) }, '✕'));
  }
  const search = h('input', { type: 'search', placeholder: say('columns.search'), 'aria-label': say('columns.search'), oninput: () => {
    text = search.value;
    popup.redraw();
    search.focus();
  } });
  /** @param {() => void} close */
  function content(close) {
    const params = paramsOf(runs).filter(({ name }) => has(name));
    const about = ABOUT.map(columnOf).filter(({ title }) => has(title));
    const found = tags.filter(has);
    return [
      search,
      chosen().length > 0 && h('h3', null, say('columns.shown')), chosen().length > 0 && h('ol', { class: 'column-order' }, chosen().map(inOrder)),
      params.length > 0 && h('h3', null, say('columns.params')),
      ...params.slice(0, MOST_PARAMS).map(({ name, values }) => box(`param:${name}`, name, values > 1 ? say('columns.values', { n: values }) : say('columns.same'))),
      about.length > 0 && h('h3', null, say('columns.about')), ...about.map(({ key, title, about: text }) => box(key, title, text)),
      found.length > 0 && h('h3', null, say('columns.tags')), ...found.slice(0, MOST_TAGS).map(ofTag),
      found.length > MOST_TAGS && h('p', { class: 'faint' }, say('columns.more', { n: found.length - MOST_TAGS })),
      h('div', { class: 'popup-foot' },
        h('button', { type: 'button', class: 'quiet', onclick: () => change(null) }, say('columns.first')), h('button', { type: 'button', onclick: close }, say('done'))),
    ].filter((child) => child !== false);
  }
  const popup = openPopup(anchor, say('runs.columns'), content);
  ctx.api.get('api/scalars/tags').then(({ tags: known }) => {
    tags = known.map((/** @type {{ tag: string }} */ { tag }) => tag);
    popup.redraw();
  }, (/** @type {Error} */ error) => search.setCustomValidity(error.message));
}

/**
 * Opens the choice of how runs are coloured.
 * @param {Element} anchor
 * @param {import('../app/types.js').Context} ctx
 */
export function openColouring(anchor, ctx) {
  const { runs, state } = ctx;
  /** @param {string | null} key @param {string} name @param {(() => void)} close */
  const option = (key, name, close) => h('label', { class: 'toggle' },
    h('input', { type: 'radio', name: 'colouring', 'aria-label': name, checked: state.get('colour') === key, onchange: () => {
      runs.colourBy(key);
      close();
    } }), h('span', null, name));
  openPopup(anchor, say('runs.colours'), (close) => [
    h('h3', null, say('runs.colours')), option(null, say('colours.each'), close),
    ...paramsOf(runs).filter(({ values }) => values > 1).slice(0, MOST_PARAMS).map(({ name }) => option(`param:${name}`, say('colours.by', { name }), close)),
    option('status', say('colours.status'), close),
    h('div', { class: 'popup-foot' }, h('button', { type: 'button', class: 'quiet', title: say('colours.fresh'), onclick: () => {
      runs.resetColours();
      close();
    } }, say('colours.forget'))),
  ]);
}

/**
 * Opens the choice of a run's colour.
 * @param {Element} anchor
 * @param {import('../app/types.js').Context} ctx
 * @param {string} id
 */
export function openColour(anchor, ctx, id) {
  const { runs } = ctx;
  const { color, dash, label } = runs.style(id);
  openPopup(anchor, say('colours.of', { name: label }), (close) => {
    const set = (/** @type {string | null} */ next) => {
      runs.colour(id, next);
      close();
    };
    const own = h('input', { type: 'color', value: color, 'aria-label': say('colours.another'), onchange: () => set(own.value) });
    return [
      h('h3', null, label),
      h('div', { class: 'palette' }, PALETTE[ctx.theme.value].map((one) => h('button', {
        type: 'button', class: 'swatch-button', 'aria-label': one, 'aria-pressed': String(one === color), onclick: () => set(one),
      }, swatch({ color: one, dash })))),
      h('label', { class: 'toggle' }, own, h('span', null, say('colours.another'))),
      h('div', { class: 'popup-foot' }, runs.isByHand(id) && h('button', { type: 'button', class: 'quiet', onclick: () => set(null) }, say('colours.again')),
        h('button', { type: 'button', onclick: close }, say('close'))),
    ];
  });
}
