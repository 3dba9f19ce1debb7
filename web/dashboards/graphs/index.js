// The Graphs dashboard: a run's computation graph, group by group.

import { fill, h } from '../../lib/dom.js';
import { emptyState, errorState } from '../../ui/empty.js';
import { readGroup } from './answers.js';
import { createLayouter } from './layout.js';
import { layoutInput, layoutOrder, parents, scene } from './model.js';
import { createPanel } from './panel.js';
import { createPicture } from './picture.js';
import { createSearch } from './search.js';

const EXAMPLE = (/** @type {string} */ folder) => `import neuronboard as tf

tf.mul(tf.Variable(0.8, name="weight"), 1.0, name="output")
sess = tf.Session()
tf.train.SummaryWriter(${JSON.stringify(folder)}, sess.graph)`;

/**
 * @param {HTMLElement} host
 * @param {import('../../app/types.js').Context} ctx
 */
export function mount(host, ctx) {
  const { api, state } = ctx;
  const layouter = createLayouter();
  const canvas = h('div', { class: 'graph-host' });
  const panel = createPanel(reveal);
  const search = createSearch((q) => api.get('api/graphs/search', { run: run(), q }), reveal);
  const picker = h('select', { 'aria-label': 'Run', onchange: () => { state.set('run', picker.value); state.set('node', null); state.set('open', null); restart(); } });
  const note = h('div', { class: 'graph-note', role: 'status', hidden: true });
  const picture = createPicture(canvas, { onSelect: select, onToggle: toggle, onClear: () => select(null) });
  const tools = h('div', { class: 'graph-tools' }, tool('+', 'Zoom in', () => picture.zoom(1.3)), tool('−', 'Zoom out', () => picture.zoom(1 / 1.3)),
    tool('Fit', 'Fit to screen', () => picture.fit()));
  canvas.append(tools, note);
  const split = h('div', { class: 'split graphs' }, h('aside', null, h('label', { class: 'picker' }, h('span', { class: 'control-name' }, 'Run'), picker), search.element, panel.element), canvas);
  const empty = h('div', { class: 'content', hidden: true });
  host.append(split, empty);

  /** @type {{ id: string, graphs: number }[]} */
  let runs = [];
  /** @type {Map<string, import('./model.js').Group>} */
  let groups = new Map();
  let drawing = 0;

  const chosen = () => runs.find(({ id }) => id === state.get('run')) ?? runs[0];
  const run = () => chosen().id;
  const open = () => new Set(/** @type {string[]} */ (JSON.parse(state.get('open') ?? '[]')));
  /** @param {Set<string>} paths */
  const setOpen = (paths) => state.set('open', paths.size ? JSON.stringify([...paths].sort()) : null);

  async function refresh() {
    try {
      const found = (await api.get('api/graphs/runs')).runs;
      const before = JSON.stringify(chosen());
      runs = found;
      split.hidden = runs.length === 0;
      empty.hidden = runs.length > 0;
      if (!runs.length) fill(empty, emptyState(ctx.status.value, 'graphs', EXAMPLE));
      if (!runs.length) return;
      fill(picker, runs.map(({ id }) => h('option', { value: id, selected: id === run() }, id === '.' ? '. (the log directory itself)' : id)));
      if (JSON.stringify(chosen()) !== before) await restart();
    } catch (error) {
      empty.hidden = false;
      split.hidden = true;
      fill(empty, errorState(/** @type {Error} */ (error).message, refresh));
    }
  }
  async function restart() {
    groups = new Map();
    picture.clear();
    await draw();
    await describe();
    const path = state.get('node');
    if (path) picture.centre(path);
  }
  /** @param {string} path */
  async function load(path) {
    if (!groups.has(path)) groups.set(path, readGroup(await api.get('api/graphs/group', { run: run(), path: path || undefined })));
    return /** @type {import('./model.js').Group} */ (groups.get(path));
  }
  async function draw() {
    drawing += 1;
    const mine = drawing;
    try {
      const order = layoutOrder(open());
      const loaded = await Promise.all(order.map(load));
      /** @type {Map<string, import('./model.js').Layout>} */
      const layouts = new Map();
      for (const group of loaded) layouts.set(group.path, await layouter.ask(layoutInput(group, layouts)));
      if (mine !== drawing) return;
      note.hidden = true;
      picture.update(scene(groups, layouts), state.get('node'));
    } catch (error) {
      note.hidden = false;
      fill(note, h('p', { class: 'bad' }, /** @type {Error} */ (error).message), h('button', { type: 'button', onclick: draw }, 'Try again'));
    }
  }
  /** @param {string | null} path */
  async function select(path) {
    state.set('node', path);
    await Promise.all([draw(), describe()]);
  }
  async function describe() {
    const path = state.get('node');
    if (path === null) {
      panel.none();
      return;
    }
    const child = [...groups.values()].flatMap((group) => group.children).find((one) => one.path === path);
    if (child?.group) {
      panel.group(child);
      return;
    }
    try {
      panel.node(await api.get('api/graphs/node', { run: run(), path }));
    } catch (error) {
      panel.error(/** @type {Error} */ (error).message, describe);
    }
  }
  /** @param {string} path */
  async function toggle(path) {
    const settle = picture.hold(path);
    const paths = open();
    if (paths.has(path)) for (const one of [...paths]) {
      if (one === path || one.startsWith(`${path}/`)) paths.delete(one);
    } else paths.add(path);
    setOpen(paths);
    await draw();
    settle();
  }
  /** Opens what is around a node, chooses it and brings it into view. @param {string} path */
  async function reveal(path) {
    const paths = open();
    parents(path).forEach((parent) => paths.add(parent));
    setOpen(paths);
    await select(path);
    picture.centre(path);
  }
  let held = ctx.live.cursor;
  const stop = ctx.live.subscribe((move) => {
    if (!move.isOld('others', held) && !move.isOld('runs', held)) return;
    held = move.cursor;
    refresh();
  });
  refresh();
  return {
    destroy() {
      stop();
      layouter.destroy();
      picture.destroy();
      host.replaceChildren();
    },
  };
}

/** @param {string} text @param {string} label @param {() => void} onclick */
function tool(text, label, onclick) {
  return h('button', { type: 'button', 'aria-label': label, title: label, onclick }, text);
}
