// Light, dark, or as the system has it; kept in this browser.

import { signal } from '../lib/signal.js';

const KEY = 'neuronboard.theme';
/** @typedef {'auto' | 'light' | 'dark'} Choice */

export function createTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const stored = localStorage.getItem(KEY);
  const choice = signal(/** @type {Choice} */ (stored === 'light' || stored === 'dark' ? stored : 'auto'));
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
  choice.subscribe((value) => {
    localStorage.setItem(KEY, value);
    apply();
  });
  apply();
  return { choice, theme };
}
