// The sheet of keys: the table of commands, by where their keys count.

import { fill, h } from '../lib/dom.js';
import { shownKeys } from '../lib/keys.js';
import { say } from '../lib/say.js';

/** @type {[import('./commands.js').Place, string][]} */
const PLACES = [['page', say('keys.page')], ['scalars', say('tab.scalars')], ['chart', say('keys.chart')], ['runs', say('runs.title')], ['graph', say('tab.graphs')]];

export const isMac = () => /mac|iphone|ipad/i.test(navigator.platform);

/**
 * @param {import('./commands.js').Commands} commands
 * @param {string} version
 */
export function createKeySheet(commands, version) {
  const body = h('div', { class: 'key-places' });
  const title = h('h2', { id: 'key-sheet-title' }, say('shell.keys'));
  const element = h('dialog', { class: 'help key-sheet', 'aria-labelledby': title.id }, title, body,
    h('p', { class: 'faint' }, say('shell.version', { version })),
    h('button', { type: 'button', onclick: () => element.close() }, say('close')));
  /** @param {import('./commands.js').Command} command */
  const row = ({ keys = '', act, name }) => [
    h('dt', null, (act ? shownKeys(keys, isMac()) : [keys]).map((key) => h('kbd', null, key))), h('dd', null, name)];
  return {
    element,
    open() {
      const known = commands.keyed();
      fill(body, PLACES.map(([place, name]) => [name, known.filter((command) => command.place === place)])
        .filter(([, some]) => some.length > 0)
        .map(([name, some]) => h('section', null, h('h3', null, /** @type {string} */ (name)), h('dl', null, /** @type {any[]} */ (some).flatMap(row)))));
      element.showModal();
    },
  };
}
