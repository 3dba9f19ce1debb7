// Which graph is shown, and which one it is compared with.

import { fill, h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';

const KINDS = /** @type {Record<string, string>} */ ({ graph: say('graph.kind.graph'), run_metadata: say('graph.kind.run_metadata'), keras: say('graph.kind.keras'), profile: say('graph.kind.profile') });

/**
 * @typedef {import('./source.js').Written} Written
 * @typedef {{ id: string, graphs: Written[] }} Run
 * @param {import('./place.js').Place} place @param {() => void} onChange
 */
export function createPickers(place, onChange) {
  /** @type {Run[]} */
  let runs = [];
  const run = picker(say('pick.run'), () => {
    place.forget();
    place.set('graph', null);
    place.set('file', null);
    place.set('run', run.select.value);
    changed();
  });
  const graph = picker(say('pick.graph'), () => {
    place.forget();
    place.set('graph', graph.select.value || null);
    changed();
  });
  const other = picker(say('pick.other'), () => {
    place.set('against', other.select.value || null);
    changed();
  });
  const element = h('div', { class: 'pickers' }, run.element, graph.element, other.element);

  const dropped = () => (place.get('graph')?.startsWith('upload:') ? place.get('graph') : null);
  const of = () => runs.find(({ id }) => id === place.get('run')) ?? runs[0];
  function changed() {
    draw();
    onChange();
  }
  function draw() {
    const now = of();
    const file = dropped();
    const name = (/** @type {string} */ id) => (id === '.' ? say('runs.root') : id);
    fill(run.select, file && h('option', { value: '', selected: true }, place.get('file') ?? say('pick.dropped')),
      runs.map(({ id }) => h('option', { value: id, selected: !file && id === now?.id }, name(id))));
    const graphs = file ? [] : (now?.graphs ?? []);
    graph.element.hidden = graphs.length < 2;
    fill(graph.select, graphs.map((one) => h('option', { value: one.graph, selected: one.graph === place.get('graph') }, titleOf(one))));
    const others = runs.flatMap((each) => each.graphs.map((one, i) => ({ value: `${each.id},${one.graph}`, each, one, i })))
      .filter(({ each, one }) => file || each.id !== now?.id || (graphs.length > 1 && one.graph !== (place.get('graph') ?? graphs[graphs.length - 1].graph)));
    other.element.hidden = others.length === 0;
    fill(other.select, h('option', { value: '' }, say('pick.nothing')), others.map(({ value, each, one }) => h('option', { value, selected: value === place.get('against') },
      each.graphs.length > 1 ? `${name(each.id)}: ${titleOf(one)}` : name(each.id))));
  }
  return {
    element,
    /** @param {Run[]} next */
    update(next) {
      runs = next;
      draw();
    },
    /** The run that is asked for and has no graph, so that another one's is shown. */
    missing: () => (dropped() === null && place.get('run') !== null && of()?.id !== place.get('run') ? place.get('run') : null),
    any: () => runs.length > 0 || dropped() !== null,
    /** What to show; key changes when that is another graph, or the same one written anew. */
    chosen() {
      const file = dropped();
      const now = of();
      const against = place.get('against');
      const chosen = file ? { run: null, graph: file } : { run: now.id, graph: place.get('graph') };
      return { chosen, against, key: JSON.stringify([chosen, file ? null : now.graphs, against]) };
    },
  };
}

/** @param {Written} one */
function titleOf({ graph, kind, tag, step }) {
  const words = [KINDS[kind] ?? kind, tag && `“${tag}”`, step > 0 && say('pick.step', { step })];
  return `${graph}: ${words.filter(Boolean).join(', ')}`;
}

/** @param {string} name @param {() => void} onchange */
function picker(name, onchange) {
  const select = h('select', { 'aria-label': name, onchange });
  return { select, element: h('label', { class: 'picker' }, h('span', { class: 'control-name' }, name), select) };
}
