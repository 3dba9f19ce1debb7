// The menu "Export" above the cards: all points of the tags that are found in the runs that are shown.

import { fill, h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { createSearch } from '../../lib/search.js';
import { openPopup } from '../../ui/popup.js';

const FORMS = { csv: say('card.csv'), json: say('card.json'), parquet: say('card.parquet') };

/**
 * What is chosen: the tags that the search finds and that a shown run has, and those runs.
 * @param {import('./model.js').Tag[]} tags @param {import('./cards.js').Choice} choice @param {Set<string>} shown
 */
export function selectionOf(tags, { text, regex }, shown) {
  const { test } = createSearch(text, regex);
  /** @type {Set<string>} */
  const runs = new Set();
  const found = tags.filter(({ tag, runs: having }) => {
    if (Number.isNaN(test(tag))) return false;
    const some = having.filter((id) => shown.has(id));
    some.forEach((id) => runs.add(id));
    return some.length > 0;
  });
  return { tags: found.map(({ tag }) => tag), runs: [...runs], series: found.reduce((sum, { runs: having }) => sum + having.filter((id) => shown.has(id)).length, 0) };
}

/**
 * @param {import('../../app/types.js').Context} ctx
 * @param {() => ReturnType<typeof selectionOf>} selected
 */
export function createExportMenu(ctx, selected) {
  const button = h('button', { class: 'quiet', type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', title: say('points.about'), onclick: open }, say('points.title'));
  const said = h('p', { class: 'bad', role: 'status' });
  /** The page with these points in one file, which opens with what is seen now. */
  async function report() {
    const { tags, runs } = selected();
    fill(said);
    try {
      await ctx.api.download('api/report', { tag: tags, run: runs, hash: [`#scalars?${new URLSearchParams(ctx.state.values())}`] });
    } catch (error) {
      said.textContent = /** @type {Error} */ (error).message;
    }
  }
  /** @param {string} format */
  async function save(format) {
    const { tags, runs } = selected();
    fill(said);
    try {
      await ctx.api.download('api/scalars/export', { tag: tags, run: runs, format: [format], name: [`scalars.${format}`] });
    } catch (error) {
      said.textContent = /** @type {Error} */ (error).message;
    }
  }
  function open() {
    fill(said);
    const { tags, runs, series } = selected();
    openPopup(button, say('points.title'), () => h('div', { class: 'menu' },
      h('p', { class: 'faint' }, say('points.what', { tags: say('count.tag', { n: tags.length }), runs: say('count.run', { n: runs.length }), curves: say('count.curve', { n: series }) })),
      Object.entries(FORMS).map(([format, name]) => h('button', { type: 'button', class: 'quiet menu-item', disabled: !series, onclick: () => save(format) }, name)), ctx.report ? null : [h('h3', null, say('report.title')), h('button', { type: 'button', class: 'quiet menu-item', disabled: !series, title: say('report.about'), onclick: report }, say('report.file'))], said));
  }
  return button;
}
