// Other looks at the same graph, over the picture: its outline as text, the timeline of a step, and
// beside it the list of what differs from another graph.

import { fill, h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { splitLast } from './source.js';
import { createTimeline } from './timeline.js';

const MOST = 200; // differences of one sort that are listed

/**
 * @param {import('../../app/types.js').Context} ctx @param {import('./place.js').Place} place
 * @param {() => import('./source.js').Source} source @param {(path: string) => void} onGo
 */
export function createViews(ctx, place, source, onGo) {
  const timeline = createTimeline(onGo);
  const text = h('pre', { tabIndex: 0, 'aria-label': say('view.outline') });
  const body = h('div', { class: 'view-body' });
  const title = h('h2');
  const element = h('section', { class: 'graph-view', 'data-own': '', hidden: true }, h('header', null, title, h('button', { type: 'button', onclick: close }, say('close'))), body);
  const aside = h('section', { class: 'differences', 'aria-label': say('view.differences'), hidden: true });
  const button = (/** @type {string} */ name, /** @type {string} */ view) => h('button', { type: 'button', 'aria-pressed': 'false', 'data-view': view, onclick: () => (place.get('pane') === view ? close() : open(view)) }, name);
  const timing = button(say('view.timeline'), 'timeline');
  const buttons = h('span', { class: 'view-buttons' }, button(say('view.outline'), 'outline'), timing);

  /** @param {string} view */
  function open(view) {
    place.set('pane', view);
    return show();
  }
  function close() {
    place.set('pane', null);
    show();
  }
  async function show() {
    const view = place.get('pane');
    element.hidden = view === null;
    buttons.querySelectorAll('button').forEach((one) => one.setAttribute('aria-pressed', String(one.dataset.view === view)));
    if (view === null) return;
    title.textContent = say(view === 'outline' ? 'view.outline' : 'view.timeline');
    fill(body, h('p', { class: 'faint' }, say('loading')));
    try {
      if (view === 'outline') {
        text.textContent = await outline();
        fill(body, text);
      } else {
        const spans = await source().ask('timeline');
        fill(body, timeline.element);
        timeline.update(spans);
      }
    } catch (error) {
      fill(body, h('p', { class: 'bad' }, /** @type {Error} */ (error).message));
    }
  }
  const outline = () => ctx.api.text(source().url('outline'));

  /** @param {string} name @param {string} look @param {{ path: string, text: string }[]} rows */
  function part(name, look, rows) {
    if (!rows.length) return null;
    return h('details', { open: rows.length <= 12 }, h('summary', null, h('span', { class: `sample ${look}`, 'aria-hidden': 'true' }), `${name} `, h('span', { class: 'faint' }, rows.length)),
      h('ul', null, rows.slice(0, MOST).map(({ path, text: words }) => h('li', null, h('button', { class: 'link', type: 'button', title: path, onclick: () => onGo(path) }, words))),
        rows.length > MOST && h('li', { class: 'faint' }, say('chart.more', { n: rows.length - MOST }))));
  }
  async function differences() {
    const { against, chosen } = source();
    aside.hidden = against === null;
    if (against === null) return;
    const [run, graph] = splitLast(against);
    try {
      // The other graph is the one before.
      const found = await source().ask('diff', { run, graph, other_run: chosen.run ?? undefined, other_graph: chosen.graph ?? undefined });
      const plain = (/** @type {string} */ path) => ({ path, text: path });
      const rows = [part(say('view.added'), 'added', found.added.map(plain)), part(say('view.removed'), 'removed', found.removed.map(plain)),
        part(say('view.renamed'), 'renamed', found.renamed.map((/** @type {any} */ one) => ({ path: one.to, text: `${one.from} → ${one.to}` }))),
        part(say('view.changed'), 'changed', found.changed.map((/** @type {any} */ one) => ({ path: one.path, text: `${one.path}: ${one.what.join(', ')}` })))];
      const n = found.added.length + found.removed.length + found.renamed.length + found.changed.length;
      fill(aside, h('h3', null, n ? say('count.difference', { n }) : say('view.same')), h('p', { class: 'faint' }, say('view.against', { run })), ...rows.filter((row) => row !== null));
    } catch (error) {
      fill(aside, h('p', { class: 'bad' }, /** @type {Error} */ (error).message));
    }
  }
  return {
    element,
    aside,
    buttons,
    outline,
    close,
    /** Another graph is shown. */
    async update() {
      await Promise.all([show(), differences()]);
    },
    destroy: timeline.destroy,
  };
}
