// The dialog in which somebody makes a card of several tags, or changes one.

import { fill, h } from '../../lib/dom.js';
import { createSearch } from '../../lib/search.js';
import { say } from '../../lib/say.js';
import { checkedOwn, MOST_TAGS } from './cards.js';

const MOST_LISTED = 200;

/**
 * @typedef {import('./cards.js').Own} Own
 * @typedef {import('./model.js').Tag} Tag
 */

/**
 * @param {() => Tag[]} tagsNow
 * @param {() => Own[]} ownNow the cards there are
 * @param {(before: Own | null, after: Own | null) => void} save after null: it is taken away
 */
export function createOwnCard(tagsNow, ownNow, save) {
  const title = h('input', { type: 'text', 'aria-label': say('own.title'), placeholder: say('own.title') });
  const byHand = h('input', { type: 'radio', name: 'tags of a card', checked: true, onchange: show });
  const byMatch = h('input', { type: 'radio', name: 'tags of a card', onchange: show });
  const text = h('input', { type: 'search', oninput: show });
  const list = h('ul', { class: 'tag-choice' });
  const told = h('p', { class: 'faint', role: 'status' });
  const done = h('button', { type: 'submit', class: 'primary' }, say('own.save'));
  const away = h('button', { type: 'button', class: 'quiet', onclick: () => finish(null) }, say('own.delete'));
  const heading = h('h2', null);
  const element = h('dialog', { class: 'help own-card', 'aria-label': say('own.name') },
    h('form', { method: 'dialog', onsubmit: submit }, heading, title,
      h('fieldset', { class: 'row' }, h('label', null, byHand, ` ${say('own.chosen')}`), h('label', null, byMatch, ` ${say('own.match')}`)),
      text, list, told,
      h('div', { class: 'row' }, done, h('button', { type: 'button', onclick: () => element.close() }, say('cancel')), h('span', { class: 'grow' }), away)));
  /** @type {Own | null} */
  let before = null;
  /** @type {Set<string>} */
  let chosen = new Set();

  /** @returns {Own} */
  function current() {
    const own = byMatch.checked ? { match: text.value } : { tags: [...chosen] };
    return { title: title.value.trim() || (byMatch.checked ? text.value : [...chosen].join(', ')), ...own };
  }
  function show() {
    const tags = tagsNow();
    const regex = byMatch.checked;
    text.placeholder = say(regex ? 'tags.regex' : 'tags.search');
    text.setAttribute('aria-label', text.placeholder);
    const { test, error } = createSearch(text.value, regex);
    const found = regex && !text.value ? [] : tags.map((tag) => ({ tag, score: test(tag.tag) })).filter(({ score }) => !Number.isNaN(score));
    if (!regex) found.sort((a, b) => Number(chosen.has(b.tag.tag)) - Number(chosen.has(a.tag.tag)) || b.score - a.score);
    fill(list, found.slice(0, MOST_LISTED).map(({ tag }) => h('li', null, regex ? tag.tag : h('label', null,
      h('input', { type: 'checkbox', checked: chosen.has(tag.tag), onchange: (/** @type {Event} */ event) => choose(tag.tag, event) }), ' ', tag.tag))));
    const more = found.length > MOST_LISTED ? say('own.unlisted', { n: found.length - MOST_LISTED }) : '';
    const most = (regex ? found.length : chosen.size) > MOST_TAGS ? say('own.most', { n: MOST_TAGS }) : '';
    told.textContent = error || (regex ? say('own.matching', { n: found.length }) + more + most : say('own.chosen.of', { n: chosen.size, all: tags.length }) + more + most);
    const wrong = checkedOwn(current(), ownNow().filter((one) => one.title !== before?.title));
    if (!error && wrong && (chosen.size || text.value)) told.textContent = wrong;
    told.classList.toggle('bad', Boolean(error));
    done.disabled = Boolean(wrong);
  }
  /** @param {string} tag @param {Event} event */
  function choose(tag, event) {
    if (/** @type {HTMLInputElement} */ (event.target).checked) chosen.add(tag);
    else chosen.delete(tag);
    show();
  }
  title.addEventListener('input', show);
  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    if (!done.disabled) finish(current());
  }
  /** @param {Own | null} after */
  function finish(after) {
    element.close();
    save(before, after);
  }
  return {
    element,
    /** @param {Own | null} own null: a new one @param {string[]} [tags] that are chosen already */
    open(own, tags = []) {
      before = own;
      heading.textContent = say(own ? 'own.change' : 'own.new');
      away.hidden = !own;
      title.value = own?.title ?? '';
      chosen = new Set(own?.tags ?? tags);
      byMatch.checked = own?.match !== undefined;
      byHand.checked = !byMatch.checked;
      text.value = own?.match ?? '';
      show();
      element.showModal();
      text.focus();
    },
  };
}
