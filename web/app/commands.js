// What can be done on the page: one table, which the keyboard, the palette and the sheet of keys read.

import { createKeyReader } from '../lib/keys.js';

/**
 * @typedef {'page' | 'scalars' | 'runs' | 'chart' | 'graph'} Place where its keys count
 * @typedef {object} Command
 * @property {string} name what it does
 * @property {Place} place
 * @property {string} [keys] as lib/keys.js writes them; of a command without `act`, as people read them
 * @property {() => boolean} [when] whether it can be done now
 * @property {() => void} [act] absent: the part of the page that has the focus does it by its own keys
 */

export function createCommands() {
  /** @type {Set<readonly Command[]>} */
  const tables = new Set();
  const read = createKeyReader();
  const all = () => [...tables].flat();
  /** @param {Command} command */
  const isReady = ({ act, when }) => act !== undefined && (when?.() ?? true);

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const target = /** @type {Element} */ (event.target);
    const typing = isTyping(target);
    if (typing && event.key === 'Escape') /** @type {HTMLElement} */ (target).blur();
    if (document.querySelector('dialog[open]')) return;
    const keyed = all().filter((command) => command.keys && isReady(command) && (!typing || command.keys.startsWith('Mod+')));
    const keys = read(event, keyed.map((command) => command.keys ?? ''));
    if (keys === null) return;
    event.preventDefault();
    keyed.find((command) => command.keys === keys)?.act?.();
  }
  addEventListener('keydown', pressed);
  return {
    /** Adds commands, for as long as nobody calls what is returned. @param {readonly Command[]} commands */
    add(commands) {
      tables.add(commands);
      return () => void tables.delete(commands);
    },
    /** Those that have keys, for the sheet. */
    keyed: () => all().filter(({ keys }) => keys !== undefined),
    /** Those that can be done now, for the palette. */
    ready: () => all().filter(isReady),
  };
}

/** Whether keys are letters there. @param {Element} target */
function isTyping(target) {
  return target.matches('textarea, select, [contenteditable], input:not([type="range"], [type="checkbox"], [type="radio"])');
}

/** @typedef {ReturnType<typeof createCommands>} Commands */
