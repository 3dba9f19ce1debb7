// The Graphs dashboard: a run's computation graph, group by group.

import { fill, h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { emptyState, errorState } from '../../ui/empty.js';
import { createBoard } from './board.js';
import { createPickers } from './pickers.js';
import { createPlace } from './place.js';

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
  const place = createPlace(state);
  const pickers = createPickers(place, () => show());
  const board = createBoard(ctx, place, pickers.element, refresh);
  const empty = h('div', { class: 'content', hidden: true });
  host.append(board.element, empty);
  let shown = '';

  async function refresh() {
    try {
      pickers.update((await api.get('api/graphs/runs')).runs);
      const any = pickers.any();
      board.element.hidden = !any;
      empty.hidden = any;
      if (any) await show();
      else fill(empty, emptyState(ctx.status.value, say('empty.graphs'), EXAMPLE));
    } catch (error) {
      empty.hidden = false;
      board.element.hidden = true;
      fill(empty, errorState(/** @type {Error} */ (error).message, refresh));
    }
  }
  /** Puts up the graph that is chosen, unless it is there. */
  async function show() {
    const { chosen, against, key } = pickers.chosen();
    if (key === shown) return;
    shown = key;
    const missing = pickers.missing();
    await board.open(chosen, against, missing === null ? '' : say('graph.missing', { run: missing, other: chosen.run ?? '' }));
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
      board.destroy();
      host.replaceChildren();
    },
  };
}
