// Finds nodes by name or op.

import { fill, h } from '../../lib/dom.js';
import { createSearch as readSearch } from '../../lib/search.js';
import { say } from '../../lib/say.js';

const PAUSE = 150; // ms after the last key

/**
 * @param {(q: string) => Promise<{ matches: { path: string, name: string, op: string, why?: string }[], more: number }>} ask
 * @param {(path: string) => void} onGo
 */
export function createSearch(ask, onGo) {
  const list = h('ul', { class: 'matches', hidden: true, 'aria-label': say('find.matches') });
  /** @type {number | undefined} */
  let timer;
  const input = h('input', {
    type: 'search', placeholder: say('find.example'), 'aria-label': say('find.name'), 'data-filter': '',
    oninput: () => { clearTimeout(timer); timer = setTimeout(find, PAUSE); },
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'ArrowDown') { event.preventDefault(); list.querySelector('button')?.focus(); }
      if (event.key === 'Enter') go();
    },
  });
  let asked = 0;

  async function find() {
    asked += 1;
    const mine = asked;
    list.hidden = !input.value;
    if (!input.value) return;
    try {
      const { matches, more } = await ask(input.value);
      if (mine !== asked) return;
      fill(list, matches.map((match) => h('li', null, h('button', { class: 'link', type: 'button', title: match.name, onclick: () => onGo(match.path), onkeydown: move }, match.name), h('span', { class: 'shape' }, match.why && !match.why.startsWith('name') ? `${match.op} · ${match.why}` : match.op))),
        !matches.length && h('li', { class: 'faint' }, nothing(input.value)), more > 0 && h('li', { class: 'faint' }, say('find.more', { n: more })));
    } catch (error) {
      fill(list, h('li', { class: 'bad' }, /** @type {Error} */ (error).message));
    }
  }
  /** To the first match of what is typed by now. */
  async function go() {
    clearTimeout(timer);
    await find();
    list.querySelector('button')?.click();
  }
  /** @param {string} text */
  function nothing(text) {
    return say(readSearch(text, true).error === '' ? 'find.none' : 'find.none.regex');
  }
  /** @param {KeyboardEvent} event */
  function move(event) {
    const buttons = [...list.querySelectorAll('button')];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (event.key === 'ArrowDown') buttons[Math.min(at + 1, buttons.length - 1)].focus();
    else if (event.key === 'ArrowUp') (at === 0 ? input : buttons[at - 1]).focus();
    else return;
    event.preventDefault();
  }
  return { element: h('div', { class: 'search' }, input, list) };
}
