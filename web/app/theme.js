// Light, dark, or as the system has it: as the URL says, or else as it was last chosen in this browser.

import { signal } from '../lib/signal.js';

const KEY = 'neuronboard.theme';
/** @typedef {'auto' | 'light' | 'dark'} Choice */

/** @param {Pick<import('./state.js').State, 'get' | 'set' | 'subscribe'>} state */
export function createTheme(state) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const wanted = () => choiceIn(state.get('theme')) ?? choiceIn(localStorage.getItem(KEY)) ?? 'auto';
  const known = signal(wanted());
  /** What was chosen; who sets it writes it down. @type {import('../lib/signal.js').Signal<Choice>} */
  const choice = {
    get value() {
      return known.value;
    },
    set value(next) {
      localStorage.setItem(KEY, next);
      state.set('theme', next === 'auto' ? null : next);
      known.value = wanted();
    },
    subscribe: known.subscribe,
  };
  const resolve = () => {
    if (choice.value !== 'auto') return choice.value;
    return system.matches ? 'dark' : 'light';
  };
  const theme = signal(/** @type {'light' | 'dark'} */ (resolve()));
  const apply = () => {
    document.documentElement.dataset.theme = resolve();
    theme.value = resolve();
  };
  system.addEventListener('change', apply);
  choice.subscribe(apply);
  state.subscribe(() => (known.value = wanted()));
  apply();
  return { choice, theme };
}

/** @param {string | null} text @returns {Choice | null} */
function choiceIn(text) {
  return text === 'auto' || text === 'light' || text === 'dark' ? text : null;
}
