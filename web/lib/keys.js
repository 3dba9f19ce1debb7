// Keys of commands: "g s" is one after the other, "Mod+K" is Ctrl or, on a Mac, Cmd. Pure functions.

/** What of a key event counts. @typedef {Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>} Pressed */

/** One key as commands write it; "" if it is none of theirs. @param {Pressed} event */
export function keyOf({ key, ctrlKey, altKey, metaKey }) {
  if (altKey && ctrlKey) return key; // AltGr, behind which some keyboards have brackets
  if (altKey) return '';
  if (ctrlKey || metaKey) return `Mod+${key.toUpperCase()}`;
  return key;
}

/**
 * Finds out which of some sequences was pressed.
 * @returns {(event: Pressed, sequences: readonly string[]) => string | null}
 */
export function createKeyReader() {
  let before = '';
  return (event, sequences) => {
    const now = keyOf(event);
    const found = sequences.find((keys) => keys === `${before} ${now}`) ?? sequences.find((keys) => keys === now) ?? null;
    before = found === null && sequences.some((keys) => keys.startsWith(`${now} `)) ? now : '';
    return found;
  };
}

/** Keys as they stand on the keyboard, in their order. @param {string} keys @param {boolean} isMac */
export function shownKeys(keys, isMac) {
  return keys.split(' ').map((key) => key.replace('Mod+', isMac ? '⌘' : 'Ctrl '));
}
