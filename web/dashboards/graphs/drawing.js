// From the URL to a scene: asks for the groups that are open, lays them out from the inside out.

import { parents } from './answers.js';
import { Cancelled, createLayouter } from './layout.js';
import { layoutInput, layoutOrder, planOf, scene, tuckedIn } from './model.js';

/** @typedef {{ group: import('./answers.js').Group, hidden: string, plan: import('./model.js').Plan, inner: import('../../lib/layered/index.js').Layout[], layout: import('../../lib/layered/index.js').Layout }} Made */

/**
 * @param {() => import('./source.js').Source} source @param {import('./place.js').Place} place
 */
export function createDrawing(source, place) {
  const layouter = createLayouter();
  let drawing = 0;
  /** Of each group what it was drawn from, and its picture: what has not changed is not made again. @type {Map<string, Made>} */
  let made = new Map();
  /** @type {Map<string, import('./answers.js').Child>} */
  let tucked = new Map();

  /** The groups that are open, with those around them. */
  async function opened() {
    const from = source();
    const { open } = place;
    const asked = await Promise.all(['', ...open].map((path) => from.group(path).catch((error) => {
      if (path === '' || error.status !== 404) throw error;
      return null; // a link to what this graph does not have
    })));
    return new Map(asked.filter((group) => group !== null).map((group) => [group.path, group]));
  }
  return {
    /** What is tucked away in the groups that are open. */
    get tucked() {
      return tucked;
    },
    /** The scene that the URL asks for, or null when meanwhile another one was asked for. */
    async scene() {
      drawing += 1;
      const mine = drawing;
      layouter.cancel();
      const groups = await opened();
      if (mine !== drawing) return null;
      const order = layoutOrder(groups, new Set(groups.keys()));
      const visible = order.map((path) => /** @type {import('./answers.js').Group} */ (groups.get(path)));
      tucked = tuckedIn(visible, place.out, new Set(order));
      const hidden = JSON.stringify([[...place.out].sort(), [...groups.keys()].filter((path) => path !== '' && !tucked.has(path) && isTuckable(groups, path)).sort()]);
      const next = /** @type {Map<string, Made>} */ (new Map());
      const plans = new Map(visible.map((group) => {
        const known = made.get(group.path);
        return [group.path, known?.group === group && known.hidden === hidden ? known.plan : planOf(group, tucked)];
      }));
      /** @type {Map<string, import('../../lib/layered/index.js').Layout>} */
      const layouts = new Map();
      try {
        for (const group of visible) {
          const { path } = group;
          const plan = /** @type {import('./model.js').Plan} */ (plans.get(path));
          const inner = plan.boxes.map((child) => layouts.get(child.path)).filter((layout) => layout !== undefined);
          const known = made.get(path);
          const same = known?.plan === plan && known.inner.length === inner.length && inner.every((layout, i) => layout === known.inner[i]);
          const layout = same ? known.layout : await layouter.ask(layoutInput(plan, layouts, plans));
          if (mine !== drawing) return null;
          layouts.set(path, layout);
          next.set(path, { group, hidden, plan, inner, layout });
        }
      } catch (error) {
        if (error instanceof Cancelled) return null;
        throw error;
      }
      made = next;
      return scene(plans, layouts);
    },
    /** @param {string} path */
    child(path) {
      for (const group of source().known.values()) {
        const found = group.children.find((child) => child.path === path);
        if (found) return found;
      }
      return undefined;
    },
    /** The groups around a box that is shown, outermost first. @param {string | null} path */
    within(path) {
      if (path === null) return [];
      for (const group of source().known.values()) {
        if (group.children.some((child) => child.path === path)) return group.path === '' ? [] : [...group.within, group.path];
      }
      return parents(path);
    },
    /** What must be open to see a box, asked of the server where it is not known. @param {string} path */
    async around(path) {
      for (const group of source().known.values()) {
        if (group.children.some((child) => child.path === path)) return group.path === '' ? [] : [...group.within, group.path];
      }
      const about = await source().node(path);
      return /** @type {string[]} */ (about.within ?? parents(path));
    },
    forget() {
      drawing += 1;
      made = new Map();
      tucked = new Map();
      layouter.cancel();
    },
    destroy: layouter.destroy,
  };
}

/** Whether a box is one that would be tucked away, were it not open. @param {Map<string, import('./answers.js').Group>} groups @param {string} path */
function isTuckable(groups, path) {
  const { within } = /** @type {import('./answers.js').Group} */ (groups.get(path));
  return Boolean(groups.get(within.at(-1) ?? '')?.children.find((child) => child.path === path)?.tuck);
}
