// Named views: states of the page that are kept beside the log directory, for whoever opens it.

import { signal } from '../lib/signal.js';
import { ApiError } from './api.js';

/**
 * @typedef {import('./state.js').View} View
 * @typedef {View & { name: string, default: boolean, saved: number }} Saved saved: seconds since 1970
 * @typedef {object} Answer of api/views
 * @property {string} folder where they are kept, as text
 * @property {string} refused why they cannot be saved; "" if they can
 * @property {{ name: string, dashboard: string, default: boolean, saved: number }[]} views
 */

/**
 * @param {import('./api.js').Api} api
 * @param {Saved | null} beginning the log directory's default, which came with the page
 */
export function createSaved(api, beginning) {
  /** @type {Map<string, View | null>} */
  const known = new Map(beginning ? [[beginning.name, beginning]] : []);
  const list = signal(/** @type {Answer | null} */ (null));
  const missing = signal('');
  const path = (/** @type {string} */ name) => `api/views/${encodeURIComponent(name)}`;

  async function look() {
    list.value = await api.get('api/views');
  }
  return {
    /** What there is, once it was looked for. */
    list,
    /** Why the view that the URL names is not shown; "" if it is. */
    missing,
    beginning,
    look,
    /** @param {string} name */
    known: (name) => (name ? known.get(name) : null),
    /** @param {string} name */
    async load(name) {
      try {
        known.set(name, await api.get(path(name)));
        missing.value = '';
      } catch (error) {
        if (/** @type {ApiError} */ (error).status === 404) known.set(name, null);
        missing.value = /** @type {Error} */ (error).message;
      }
    },
    /** @param {string} name @param {View} view @param {boolean} [isDefault] */
    async save(name, { dashboard, values }, isDefault = false) {
      await api.send('PUT', path(name), { dashboard, values, default: isDefault });
      known.set(name, { dashboard, values });
      await look();
    },
    /** Makes a view the one that the log directory opens with, or none. @param {string} name @param {boolean} is */
    async makeDefault(name, is) {
      await this.save(name, /** @type {View} */ (known.get(name) ?? await api.get(path(name))), is);
    },
    /** @param {string} name */
    async remove(name) {
      await api.send('DELETE', path(name));
      known.set(name, null);
      await look();
    },
  };
}

/** @typedef {ReturnType<typeof createSaved>} SavedViews */
