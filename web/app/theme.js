// Light, dark, high contrast, or as the system has it: as the URL says, or else as it was last chosen in
// this browser. High contrast is light or dark, too, as the system has that.

import { signal } from '../lib/signal.js';

const KEY = 'neuronboard.theme';
/** What can be chosen. */
export const CHOICES = /** @type {const} */ (['auto', 'light', 'dark', 'contrast']);
/** @typedef {CHOICES[number]} Choice */

/** @param {Pick<import('./state.js').State, 'get' | 'set' | 'subscribe'>} state */
export function createTheme(state) {
  const isDark = matchMedia('(prefers-color-scheme: dark)');
  const wantsMore = matchMedia('(prefers-contrast: more)');
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
  /** @returns {'light' | 'dark'} */
  const light = () => (choice.value === 'light' || choice.value === 'dark' ? choice.value : isDark.matches ? 'dark' : 'light');
  const contrast = () => choice.value === 'contrast' || (choice.value === 'auto' && wantsMore.matches);
  const looks = signal('');
  /** Tells also when only the contrast is another. @type {import('../lib/signal.js').Signal<'light' | 'dark'>} */
  const theme = { get value() { return light(); }, subscribe: (listener) => looks.subscribe(() => listener(light())) };
  const apply = () => {
    const { dataset } = document.documentElement;
    dataset.theme = light();
    if (contrast()) dataset.contrast = 'more';
    else delete dataset.contrast;
    looks.value = `${light()} ${contrast()}`;
  };
  for (const query of [isDark, wantsMore, matchMedia('(forced-colors: active)')]) query.addEventListener('change', apply);
  choice.subscribe(apply);
  state.subscribe(() => (known.value = wanted()));
  apply();
  return { choice, theme };
}

/** @param {string | null} text @returns {Choice | null} */
function choiceIn(text) {
  return CHOICES.find((choice) => choice === text) ?? null;
}
