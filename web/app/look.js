// How the page looks and what it speaks: a button, and behind it a panel of choices. The theme is kept in
// this browser's storage; the language in a cookie, since the server sends the page in it.

import { h } from '../lib/dom.js';
import { say } from '../lib/say.js';
import { LANGUAGE } from '../texts/en.js';
import { openPopup } from '../ui/popup.js';
import { CHOICES } from './theme.js';

/** Whose names nobody translates. */
const LANGUAGES = /** @type {[string, string][]} */ ([['en', 'English'], ['ko', '한국어']]);
const COOKIE = 'neuronboard_language';
const YEAR = 365 * 24 * 3600; // s
const SIGNS = { auto: '◐', light: '○', dark: '●', contrast: '◒' };

/** @param {import('../lib/signal.js').Signal<import('./theme.js').Choice>} theme */
export function createLook(theme) {
  const button = h('button', { class: 'quiet', type: 'button', 'aria-haspopup': 'dialog', 'aria-label': say('look.title'), title: say('look.title'), onclick: open });
  function open() {
    openPopup(button, say('look.title'), () => h('div', { class: 'look' },
      choices('theme', say('look.theme'), CHOICES.map((value) => [value, say(`look.theme.${value}`)]), theme.value, (value) => (theme.value = /** @type {any} */ (value))),
      choices('language', say('look.language'), [['', say('look.language.auto')], ...LANGUAGES], chosenLanguage(), speak)));
  }
  const name = () => (button.textContent = SIGNS[theme.value]);
  theme.subscribe(name);
  name();
  return button;
}

/**
 * @param {string} name @param {string} title @param {[string, string][]} all @param {string} now
 * @param {(value: string) => void} choose
 */
function choices(name, title, all, now, choose) {
  return h('fieldset', { class: 'control' }, h('legend', { class: 'control-name' }, title),
    all.map(([value, text]) => h('label', { class: 'toggle', lang: name === 'language' ? value || LANGUAGE : LANGUAGE },
      h('input', { type: 'radio', name: `look-${name}`, value, checked: value === now, onchange: () => choose(value) }), text)));
}

/** The language that was chosen here; '' is the browser's. */
function chosenLanguage() {
  return new RegExp(`(?:^|; )${COOKIE}=(\\w+)`).exec(document.cookie)?.[1] ?? '';
}

/** Asks for the page in another language. @param {string} language '' for the browser's */
function speak(language) {
  const path = new URL(document.baseURI).pathname;
  document.cookie = `${COOKIE}=${language}; path=${path}; max-age=${language ? YEAR : 0}; samesite=lax`;
  const url = new URL(location.href);
  url.searchParams.delete('lang');
  if (url.href === location.href) location.reload();
  else location.replace(url);
}
