// What hangs on the buttons above the run table: which columns it has, how runs are coloured, and the
// colour of one run.

import { h } from '../lib/dom.js';
import { formatStep } from '../lib/format.js';
import { PALETTE } from '../lib/colours.js';
import { isUpward } from '../lib/column_keys.js';
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
    h('input', { type: 'checkbox', checked: chosen().includes(key), 'aria-label': `Column ${name}`, onchange: () => flip(key) }), h('span', null, name));
  /** @param {string} tag */
  function ofTag(tag) {
    const best = chosen().find((key) => key === `best_min:${tag}` || key === `best_max:${tag}`) ?? `${isUpward(tag) ? 'best_max' : 'best_min'}:${tag}`;
    const other = best.startsWith('best_max') ? `best_min:${tag}` : `best_max:${tag}`;
    const stat = (/** @type {string} */ key, /** @type {string} */ name) => h('button', {
      type: 'button', class: 'quiet', 'aria-pressed': String(chosen().includes(key)), 'aria-label': `${name} of ${tag}`, onclick: () => flip(key),
    }, name);
    return h('div', { class: 'tag-line' }, h('span', { class: 'tag-name', title: tag }, tag),
      stat(`last:${tag}`, 'last'), stat(best, best.startsWith('best_max') ? 'best ↑' : 'best ↓'),
      chosen().includes(best) && h('button', { type: 'button', class: 'quiet', 'aria-label': `Other way round: best of ${tag}`, title: best.startsWith('best_max') ? 'Lower is better' : 'Higher is better', onclick: () => change(chosen().map((key) => (key === best ? other : key))) }, '⇅'),
      stat(`min:${tag}`, 'min'), stat(`max:${tag}`, 'max'));
  }
  /** @param {string} key @param {number} at */
  function inOrder(key, at) {
    const { title } = columnOf(key);
    return h('li', null, h('span', null, title),
      h('button', { type: 'button', class: 'quiet', 'aria-label': `${title} before the column to its left`, disabled: at === 0, onclick: () => move(key, -1) }, '↑'),
      h('button', { type: 'button', class: 'quiet', 'aria-label': `Without column ${title}`, onclick: () => flip(key) }, '✕'));
  }
  const search = h('input', { type: 'search', placeholder: 'Search columns', 'aria-label': 'Search columns', oninput: () => {
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
      chosen().length > 0 && h('h3', null, 'Shown, from the left'), chosen().length > 0 && h('ol', { class: 'column-order' }, chosen().map(inOrder)),
      params.length > 0 && h('h3', null, 'Hyper-parameters'),
      ...params.slice(0, MOST_PARAMS).map(({ name, values }) => box(`param:${name}`, name, values > 1 ? `${formatStep(values)} values` : 'the same in all runs')),
      about.length > 0 && h('h3', null, 'About the run'), ...about.map(({ key, title, about: text }) => box(key, title, text)),
      found.length > 0 && h('h3', null, 'Tags'), ...found.slice(0, MOST_TAGS).map(ofTag),
      found.length > MOST_TAGS && h('p', { class: 'faint' }, `${formatStep(found.length - MOST_TAGS)} more tags: search for them`),
      h('div', { class: 'popup-foot' },
        h('button', { type: 'button', class: 'quiet', onclick: () => change(null) }, 'As at first'), h('button', { type: 'button', onclick: close }, 'Done')),
    ].filter((child) => child !== false);
  }
  const popup = openPopup(anchor, 'Columns', content);
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
  openPopup(anchor, 'Colours', (close) => [
    h('h3', null, 'Colours'), option(null, 'Each run its own', close),
    ...paramsOf(runs).filter(({ values }) => values > 1).slice(0, MOST_PARAMS).map(({ name }) => option(`param:${name}`, `By ${name}`, close)),
    option('status', 'By status', close),
    h('div', { class: 'popup-foot' }, h('button', { type: 'button', class: 'quiet', title: 'As a fresh browser has them: by when runs began, none by hand', onclick: () => {
      runs.resetColours();
      close();
    } }, 'Forget all choices')),
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
  openPopup(anchor, `Colour of ${label}`, (close) => {
    const set = (/** @type {string | null} */ next) => {
      runs.colour(id, next);
      close();
    };
    const own = h('input', { type: 'color', value: color, 'aria-label': 'Another colour', onchange: () => set(own.value) });
    return [
      h('h3', null, label),
      h('div', { class: 'palette' }, PALETTE[ctx.theme.value].map((one) => h('button', {
        type: 'button', class: 'swatch-button', 'aria-label': one, 'aria-pressed': String(one === color), onclick: () => set(one),
      }, swatch({ color: one, dash })))),
      h('label', { class: 'toggle' }, own, h('span', null, 'Another colour')),
      h('div', { class: 'popup-foot' }, runs.isByHand(id) && h('button', { type: 'button', class: 'quiet', onclick: () => set(null) }, 'Its own again'),
        h('button', { type: 'button', onclick: close }, 'Close')),
    ];
  });
}
