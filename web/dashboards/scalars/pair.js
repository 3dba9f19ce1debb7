// Two runs side by side: the hyper-parameters in which they differ, the tags that one of them has only, and
// where their curves part.

import { fill, h } from '../../lib/dom.js';
import { formatStep, formatValue } from '../../lib/format.js';
import { textOf } from '../../lib/grouping.js';
import { say } from '../../lib/say.js';
import { differingParams } from './compare_model.js';
import { readSettings } from './settings.js';
import { listOf, written } from './tree.js';

const MOST = 200; // runs to choose from, tags that are listed

/**
 * @param {import('../../app/types.js').Context} ctx
 * @param {() => import('./compare_model.js').Subject[]} subjects
 * @param {() => readonly string[]} tags that are compared
 */
export function createPair(ctx, subjects, tags) {
  const { runs, state } = ctx;
  const selects = ['compare.first', 'compare.second'].map((key, i) => h('select', { 'aria-label': say(/** @type {'compare.first'} */ (key)), onchange: () => choose(i) }));
  const body = h('div', { class: 'pair-body' });
  const element = h('details', { class: 'pair', ontoggle: () => element.open && update() }, h('summary', null, say('compare.pair')),
    h('div', { class: 'row' }, selects[0], selects[1]), body);
  let asking = new AbortController();

  /** @param {number} at */
  function choose(at) {
    const next = selects.map(({ value }) => value);
    if (next[0] === next[1]) next[1 - at] = current()[at]; // they change places
    state.set('pair', written(next));
  }
  const candidates = () => subjects().flatMap(({ members }) => members);
  /** @returns {string[]} the ids of both; fewer if there are none */
  function current() {
    const [a, b] = listOf(state.get('pair'));
    if (runs.find(a ?? '') && runs.find(b ?? '')) return [a, b];
    return candidates().slice(0, 2);
  }
  async function update() {
    const some = candidates();
    const two = current();
    element.hidden = two.length < 2;
    if (state.get('pair') || (some.length === 2 && !runs.groups.groups.value)) element.open = true;
    runs.facts.want('pair', element.open && !element.hidden ? [] : null);
    if (!element.open || element.hidden) return;
    const options = [...new Set([...two, ...some.slice(0, MOST)])];
    selects.forEach((select, i) => fill(select, options.map((id) => h('option', { value: id, selected: id === two[i] }, id))));
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const { smoothing, smoother } = readSettings((key) => state.get(key));
    const smooth = { smoothing: smoothing || undefined, smoother: smoothing ? smoother : undefined };
    try {
      const first = await ctx.api.get('api/scalars/pair', { run: two }, signal);
      const both = tags().filter((tag) => first.both.includes(tag));
      const answer = both.length ? await ctx.api.get('api/scalars/pair', { run: two, tag: both, ...smooth }, signal) : first;
      if (!signal.aborted) fill(body, params(two), only(two, answer.only), partings(two, answer.tags));
    } catch (error) {
      if (!signal.aborted) fill(body, h('p', { class: 'bad' }, /** @type {Error} */ (error).message));
    }
  }
  const nameOf = (/** @type {string} */ id) => runs.style(id).label;
  /** @param {string[]} heads @param {(string | Node)[][]} rows */
  const table = (heads, rows) => h('table', null, h('thead', null, h('tr', null, heads.map((head) => h('th', null, head)))),
    h('tbody', null, rows.map((row) => h('tr', null, row.map((cell) => h('td', null, cell))))));
  /** @param {string[]} two */
  function params(two) {
    const [a, b] = two.map((id) => runs.find(id));
    const { differ, same } = differingParams(runs.facts.paramNames(runs.list.value), (run, name) => runs.facts.value(/** @type {any} */ (run), `param:${name}`), a, b);
    const rest = h('p', { class: 'faint' }, say('compare.params.same', { n: same }));
    if (!differ.length) return h('div', null, h('h3', null, say('columns.params')), h('p', null, say('compare.params.none')), rest);
    return h('div', null, h('h3', null, say('compare.params')), table([say('columns.params'), ...two.map(nameOf)], differ.map(({ name, values }) => [name, ...values.map(textOf)])), rest);
  }
  /** @param {string[]} two @param {string[][]} lists */
  function only(two, lists) {
    if (!lists.some((list) => list.length)) return null;
    return h('div', null, h('h3', null, say('compare.only')), two.map((id, i) => lists[i].length > 0 && h('p', null, h('b', null, `${nameOf(id)}: `), lists[i].slice(0, MOST).join(', '),
      lists[i].length > MOST && ` ${say('groups.more', { n: lists[i].length - MOST })}`)));
  }
  /** @param {string[]} two @param {{ tag: string, differ: number | null, apart: number | null, above: 0 | 1 | null, last: (number | string | null)[] }[]} found */
  function partings(two, found) {
    if (!found.length) return null;
    const rows = found.map(({ tag, differ, apart, above, last }) => [
      tag, differ === null ? say('compare.alike') : formatStep(differ),
      apart === null || above === null ? '–' : say('compare.apart.from', { step: apart, name: nameOf(two[above]) }), ...last.map((value) => (value === null ? '–' : formatValue(Number(value)))),
    ]);
    return h('div', null, h('h3', null, say('compare.curves')), table([say('compare.tag'), say('compare.differ'), say('compare.apart'), ...two.map((id) => say('compare.last', { name: nameOf(id) }))], rows));
  }
  const stop = runs.facts.answer.subscribe(() => element.open && !element.hidden && update());
  return {
    element,
    update,
    destroy() {
      asking.abort();
      runs.facts.want('pair', null);
      stop();
    },
  };
}
