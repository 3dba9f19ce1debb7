// From the URL to a scene: asks for the groups that are open, lays them out from the inside out.

import { parents } from './answers.js';
import { Cancelled, createLayouter } from './layout.js';
import { layoutInput, layoutOrder, planOf, scene, tuckedIn } from './model.js';

/**
 * @param {() => import('./source.js').Source} source @param {import('./place.js').Place} place
 */
export function createDrawing(source, place) {
  const layouter = createLayouter();
  let drawing = 0;
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
      const plans = new Map(visible.map((group) => [group.path, planOf(group, tucked)]));
      /** @type {Map<string, import('../../lib/layered/index.js').Layout>} */
      const layouts = new Map();
      try {
        for (const path of order) {
          layouts.set(path, await layouter.ask(layoutInput(/** @type {import('./model.js').Plan} */ (plans.get(path)), layouts, plans)));
          if (mine !== drawing) return null;
        }
      } catch (error) {
        if (error instanceof Cancelled) return null;
        throw error;
      }
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
      tucked = new Map();
      layouter.cancel();
    },
    destroy: layouter.destroy,
  };
}
