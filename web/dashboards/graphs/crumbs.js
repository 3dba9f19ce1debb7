// Where the chosen node stands: the groups around it, each to go to.

import { fill, h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';

/** @param {(path: string) => void} onGo @param {() => void} onTop */
export function createCrumbs(onGo, onTop) {
  const element = h('nav', { class: 'graph-crumbs', 'aria-label': say('crumbs.name'), 'data-own': '' });
  const link = (/** @type {string} */ text, /** @type {() => void} */ onclick) => h('button', { class: 'link', type: 'button', onclick }, text);
  return {
    element,
    /** @param {string | null} path @param {string[]} within */
    show(path, within) {
      fill(element, link(say('crumbs.top'), onTop), ...within.flatMap((group, i) => [h('span', { 'aria-hidden': 'true' }, '/'), link(nameIn(group, within[i - 1]), () => onGo(group))]),
        path !== null && [h('span', { 'aria-hidden': 'true' }, '/'), h('span', { 'aria-current': 'true' }, nameIn(path, within[within.length - 1]))]);
    },
  };
}

/** A path without that of the group around it. @param {string} path @param {string | undefined} group */
function nameIn(path, group) {
  return group !== undefined && path.startsWith(`${group}/`) ? path.slice(group.length + 1) : path.slice(path.lastIndexOf('/') + 1);
}
