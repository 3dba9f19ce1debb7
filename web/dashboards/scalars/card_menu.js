// The menu at a card's head: full screen, and what is taken along of a chart.

import { fill, h } from '../../lib/dom.js';
import { fileName, saveBlob } from '../../lib/save.js';
import { say } from '../../lib/say.js';
import { openPopup } from '../../ui/popup.js';
import { pagePng, pageSvg, paperSvg } from './pictures.js';
import { pythonOf } from './python.js';

const MANY = 20_000; // points that Plotly draws by WebGL

/**
 * @typedef {object} Told what a card says of itself when the menu is opened
 * @property {string} title
 * @property {import('./model.js').Tag[]} tags
 * @property {string[]} runs that are shown and have one of the tags
 * @property {import('./model.js').Drawn[]} drawn
 * @property {import('../../charts/line_chart.js').Model | null} model null until something is drawn
 * @property {import('./settings.js').Settings} settings
 * @property {boolean} offset whether x is not what was logged: steps beyond 2^53
 */

/**
 * @param {HTMLElement} element the card
 * @param {import('./pictures.js').Chart} chart
 * @param {import('../../app/types.js').Context} ctx
 * @param {() => Told} tell
 */
export function createCardMenu(element, chart, ctx, tell) {
  const button = h('button', { class: 'quiet', type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', 'aria-label': say('card.menu'), title: say('card.menu'), onclick: open }, '⋯');
  const said = h('p', { class: 'faint', role: 'status' });
  const svgType = { type: 'image/svg+xml' };

  /** @param {string} name @param {() => unknown} act @param {boolean} [needs] whether it needs a picture */
  const item = (name, act, needs = false) => h('button', { type: 'button', class: 'quiet menu-item', disabled: needs && !tell().model, onclick: () => attempt(act) }, name);
  /** @param {() => unknown} act */
  async function attempt(act) {
    said.classList.remove('bad');
    said.textContent = '';
    try {
      await act();
    } catch (error) {
      said.classList.add('bad');
      said.textContent = /** @type {Error} */ (error).message;
    }
  }
  const shown = () => ({ ...tell(), model: /** @type {import('../../charts/line_chart.js').Model} */ (tell().model), chart, colourIn: ctx.runs.colourIn });
  const png = async () => saveBlob(await pagePng(shown()), fileName(tell().title, 'png'));
  const svg = () => saveBlob(new Blob([pageSvg(shown())], svgType), fileName(tell().title, 'svg'));
  const paper = () => saveBlob(new Blob([paperSvg(shown())], svgType), fileName(tell().title, 'svg'));
  /** @param {string} format */
  const points = (format) => {
    const { title, tags, runs } = tell();
    return ctx.api.download('api/scalars/export', { tag: tags.map(({ tag }) => tag), run: runs, format: [format], name: [fileName(title, format)] });
  };
  async function python() {
    const program = programOf(tell(), ctx.roots);
    try {
      await navigator.clipboard.writeText(program);
      said.textContent = say('card.python.copied');
    } catch { // no clipboard without https
      fill(said, say('card.python.here'), h('textarea', { readOnly: true, rows: 8, value: program, 'aria-label': say('card.python') }));
      said.querySelector('textarea')?.select();
    }
  }
  function open() {
    said.textContent = '';
    const grouped = ctx.runs.groups.groups.value !== null;
    openPopup(button, say('card.menu'), (close) => h('div', { class: 'menu' },
      item(say(isFull(element) ? 'card.full.leave' : 'card.full'), () => (close(), full(element))),
      h('h3', null, say('card.picture')), item(say('card.png'), png, true), item(say('card.svg'), svg, true), item(say('card.svg.paper'), paper, true),
      h('h3', null, say('card.points')), item(say('card.csv'), () => points('csv')), item(say('card.json'), () => points('json')), item(say('card.parquet'), () => points('parquet')),
      h('h3', null, say('card.program')), grouped ? h('p', { class: 'faint' }, say('card.python.groups')) : item(say('card.python'), python, true), said));
  }
  return button;
}

/** @param {Told} told @param {[string, string][]} roots */
function programOf({ title, tags, drawn, model, settings, offset }, roots) {
  /** @type {Map<string, import('./python.js').Series>} */
  const series = new Map();
  for (const line of drawn) {
    const tag = tags.find((each) => line.curve && line.key === `${each.display_name || each.tag} ${line.id}`) ?? tags[0];
    if (!series.has(line.key) && !line.faint) series.set(line.key, { run: line.id, tag: tag.tag, name: line.label ?? line.id, color: line.color, dash: line.dash });
  }
  const many = drawn.reduce((sum, { curve }) => sum + curve.total, 0) > MANY;
  return pythonOf({ roots, title, series: [...series.values()], settings, range: offset ? null : model?.range ?? null, limits: model?.limits ?? [null, null], many });
}

/** How each card that is full leaves that. @type {WeakMap<HTMLElement, () => void>} */
const leaving = new WeakMap();

/** @param {HTMLElement} element */
const isFull = (element) => leaving.has(element);

/**
 * Shows a card on the whole screen, or in its place again. The page goes full screen and not the card, so
 * that what hangs on it stays in sight.
 * @param {HTMLElement} element
 */
export async function full(element) {
  const leave = leaving.get(element);
  if (leave) return leave();
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    if (event.key !== 'Escape' || document.querySelector('.popup')) return;
    event.stopPropagation();
    end();
  };
  const left = () => document.fullscreenElement || end();
  function end() {
    document.removeEventListener('fullscreenchange', left);
    removeEventListener('keydown', pressed, true);
    leaving.delete(element);
    element.classList.remove('full');
    if (document.fullscreenElement) document.exitFullscreen();
  }
  leaving.set(element, end);
  element.classList.add('full');
  addEventListener('keydown', pressed, true);
  try {
    await document.documentElement.requestFullscreen();
    if (isFull(element)) document.addEventListener('fullscreenchange', left);
  } catch {
    return; // a browser that does not allow it: the card fills the window
  }
}
