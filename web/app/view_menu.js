// The menu "Share": a link to what is shown, and the named views of the log directory.

import { fill, h } from '../lib/dom.js';
import { say } from '../lib/say.js';
import { openPopup } from '../ui/popup.js';
import { formatHash, VIEW } from './state.js';

const LONGEST_LINK = 2000; // characters that programs for mail and chat leave whole

/** A name for what has none: the same for the same. @param {string} text */
function nameFor(text) {
  let hash = 0xcbf29ce484222325n; // FNV-1a of 64 bits; crypto.subtle is absent without https
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return `link ${hash.toString(36)}`;
}

/**
 * @param {import('./types.js').Context} ctx
 * @param {import('../lib/signal.js').Signal<import('./theme.js').Choice>} theme as it was chosen
 * @param {import('./saved.js').SavedViews} saved
 */
export function createViewMenu({ state }, theme, saved) {
  const button = h('button', { class: 'quiet', type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', title: say('share.about'), onclick: open }, say('share.title'));
  const said = h('p', { class: 'faint', role: 'status' });
  const name = h('input', { type: 'text', class: 'view-name', placeholder: say('share.name'), 'aria-label': say('share.name'), maxLength: 80, oninput: showSave });
  const save = h('button', { type: 'submit', disabled: true }, say('share.save'));
  const form = h('form', { class: 'row', onsubmit: submit }, name, save);
  const list = h('ul', { class: 'view-list' });

  /** What is shown, with the theme that this browser remembers. @returns {import('./state.js').View} */
  function view() {
    const values = state.values();
    return { dashboard: state.dashboard, values: theme.value === 'auto' ? values : { ...values, theme: theme.value } };
  }
  /** @param {string} hash */
  const linkTo = (hash) => `${location.href.replace(/#.*$/s, '')}${hash}`;
  /** @param {string} viewName */
  const hashOf = (viewName, dashboard = state.dashboard) => formatHash(dashboard, new URLSearchParams({ [VIEW]: viewName }));

  async function copyLink() {
    const { dashboard, values } = view();
    const whole = linkTo(formatHash(dashboard, new URLSearchParams(values)));
    const named = state.get(VIEW) ? linkTo(state.hash(dashboard)) : whole;
    const short = named.length < whole.length && !('theme' in values) ? named : whole;
    if (short.length <= LONGEST_LINK) return copy(short, say('share.copied'));
    try {
      const made = nameFor(JSON.stringify([dashboard, values]));
      await saved.save(made, { dashboard, values });
      await copy(linkTo(hashOf(made, dashboard)), say('share.copied.named', { name: made }));
    } catch (error) {
      await copy(short, say('share.copied.long', { why: /** @type {Error} */ (error).message }));
    }
    show();
  }
  /** @param {string} text @param {string} told */
  async function copy(text, told) {
    try {
      await navigator.clipboard.writeText(text);
      tell(told);
    } catch { // no clipboard without https
      fill(said, say('share.here'), ' ', h('input', { type: 'text', class: 'view-name', readOnly: true, value: text, 'aria-label': say('share.link') }));
      said.querySelector('input')?.select();
    }
  }
  /** @param {string} text @param {boolean} [bad] */
  function tell(text, bad = false) {
    said.textContent = text;
    said.classList.toggle('bad', bad);
  }
  /** Does something with the views, and says what went wrong. @param {() => Promise<unknown>} act @param {() => string} [told] */
  async function attempt(act, told) {
    try {
      await act();
      tell(told?.() ?? '');
    } catch (error) {
      tell(/** @type {Error} */ (error).message, true);
    }
    show();
  }
  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const chosen = name.value.trim();
    if (!chosen) return;
    attempt(async () => {
      await saved.save(chosen, view(), saved.list.value?.views.some((one) => one.name === chosen && one.default));
      state.go(hashOf(chosen));
      name.value = '';
    }, () => say('share.saved', { folder: saved.list.value?.folder ?? '' }));
  }
  function showSave() {
    save.disabled = !name.value.trim();
    save.textContent = saved.list.value?.views.some((one) => one.name === name.value.trim()) ? say('share.replace') : say('share.save');
  }
  function show() {
    const answer = saved.list.value;
    const now = state.get(VIEW);
    fill(list, (answer?.views ?? []).map((one) => h('li', null,
      h('a', { href: hashOf(one.name, one.dashboard), 'aria-current': String(one.name === now), onclick: (/** @type {Event} */ event) => go(event, one) }, one.name),
      h('button', {
        type: 'button', class: 'quiet', 'aria-pressed': String(one.default), disabled: answer?.refused !== '', title: one.default ? say('share.default.is', { name: one.name }) : say('share.default', { name: one.name }),
        'aria-label': say('share.default', { name: one.name }), onclick: () => attempt(() => saved.makeDefault(one.name, !one.default)),
      }, one.default ? '★' : '☆'),
      h('button', { type: 'button', class: 'quiet', disabled: answer?.refused !== '', title: say('share.remove', { name: one.name }), 'aria-label': say('share.remove', { name: one.name }), onclick: () => attempt(() => remove(one.name)) }, '✕'))));
    if (answer && !answer.views.length) fill(list, h('li', { class: 'faint' }, say('share.views.none')));
    form.hidden = answer?.refused !== '';
    if (answer?.refused && !said.textContent) tell(say('share.refused', { why: answer.refused }));
    showSave();
  }
  /** Deletes a view; what is shown stays. @param {string} viewName */
  async function remove(viewName) {
    const { dashboard, values } = { dashboard: state.dashboard, values: state.values() };
    const isShown = state.get(VIEW) === viewName;
    await saved.remove(viewName);
    if (isShown) await state.replace(formatHash(dashboard, new URLSearchParams(values)));
  }
  /** @param {Event} event @param {{ name: string, dashboard: string }} one */
  function go(event, one) {
    event.preventDefault();
    state.go(hashOf(one.name, one.dashboard));
  }
  function open() {
    tell('');
    openPopup(button, say('share.title'), () => h('div', { class: 'share-menu' },
      h('button', { type: 'button', onclick: copyLink }, say('share.link')), h('h3', null, say('share.views')), list, form, said));
    show();
    attempt(saved.look);
  }
  state.subscribe(() => list.isConnected && show());
  return button;
}
