// What stands around a chart: head, the panel for its axis, the table, the foot.

import { fill, h } from '../../lib/dom.js';
import { formatStep, formatValue } from '../../lib/format.js';
import { say } from '../../lib/say.js';
import { extentOf } from '../../charts/limits.js';
import { distinctOf } from '../../lib/run_labels.js';
import { pinIcon } from '../../ui/icons.js';
import { swatch } from '../../ui/swatch.js';
import { limitFields } from './chart_controls.js';
import { groupTable } from './group_lines.js';
import { digitsOf, looksIn, stepText } from './model.js';

const MOST_TABLE_ROWS = 200;
const MOST_TAGS = 8; // that the line of dashes has

/**
 * @typedef {object} Actions
 * @property {() => void} onReset
 * @property {() => void} onTable
 * @property {() => void} onWide
 * @property {() => void} onPin
 * @property {() => void} onEdit
 * @property {(limits: import('../../charts/limits.js').Limits) => void} onLimits of this card
 * @property {(limits: import('../../charts/limits.js').Limits) => void} onAllLimits of all cards
 */

/**
 * @param {import('./cards.js').Card} card
 * @param {boolean} asTableAtFirst
 * @param {Actions} actions
 */
export function createFrame(card, asTableAtFirst, actions) {
  const notes = h('span', { class: 'card-notes' });
  const pressed = (/** @type {string} */ text, /** @type {() => void} */ onclick, /** @type {string} */ title) => h('button', { class: 'quiet', type: 'button', 'aria-pressed': 'false', title, onclick }, text);
  const reset = h('button', { class: 'quiet reset', type: 'button', hidden: true, onclick: actions.onReset }, say('card.reset'));
  const asTable = pressed(say('card.table'), actions.onTable, say('card.table.about'));
  const wide = pressed(say('card.wide'), actions.onWide, say('card.wide.about'));
  const pin = h('button', { class: 'quiet pin', type: 'button', 'aria-label': say('card.pin'), onclick: actions.onPin }, pinIcon());
  const axis = pressed('Y', () => toggle(panel, axis), say('card.axis.about'));
  axis.setAttribute('aria-label', say('axis.y'));
  const ends = limitFields([say('card.lowest'), say('card.highest')], actions.onLimits);
  const panel = h('div', { class: 'card-panel', hidden: true },
    ends.range,
    h('button', { class: 'quiet', type: 'button', onclick: forAll }, say('card.all')),
    h('button', { class: 'quiet', type: 'button', onclick: () => actions.onLimits([null, null]) }, say('limits.auto')), ends.said);
  const body = h('div', { class: 'card-body waiting', 'data-waiting': say('loading') });
  const tags = h('div', { class: 'card-tags' });
  const pins = h('div', { class: 'card-pins', hidden: true });
  const fresh = h('span', { class: 'card-fresh' });
  const points = h('span', { class: 'card-points' });
  const foot = h('footer', null, fresh, points);
  const table = h('div', { class: 'card-table', hidden: true, tabIndex: 0, 'aria-label': say('card.values', { card: card.title }), role: 'region' });
  const tools = h('span', { class: 'card-tools' }, axis, asTable, wide);
  const element = h('article', { class: 'card', 'aria-label': card.title },
    h('header', null, h('h3', { title: card.description || card.tags.map(({ tag }) => tag).join('\n') }, card.title), h('div', { class: 'card-told' }, notes, reset),
      card.own && h('button', { class: 'quiet', type: 'button', onclick: actions.onEdit }, say('card.edit')), tools, pin),
    panel, tags, body, pins, table, foot);

  let told = '';
  /** Gives what is told a line of its own, where the head is narrow. */
  function arrange() {
    element.classList.toggle('noted', !reset.hidden || notes.querySelector('.warn, .bad') !== null);
  }
  function forAll() {
    const limits = ends.read();
    if (limits) actions.onAllLimits(limits);
  }
  /** Says where the card stands. @param {import('./cards.js').Card} next */
  function place(next) {
    element.classList.toggle('wide', next.wide);
    element.classList.toggle('cursors', next.cursors);
    wide.setAttribute('aria-pressed', String(next.wide));
    wide.hidden = next.alone;
    fill(tags, dashes(next));
    pin.setAttribute('aria-pressed', String(next.pinned));
    pin.title = say(next.pinned ? 'card.unpin' : 'card.pin.about');
  }
  place(card);
  if (asTableAtFirst) toggleTable();
  return {
    element, body, pins, table, tools,
    /** @param {(HTMLElement | false | null)[]} what @param {boolean} still whether the chart is to stay as high as it is */
    head(what, still) {
      const next = what.map((one) => (one ? one.outerHTML : '')).join('');
      if (next !== told) fill(notes, ...what); // a button that is just being pressed stays the same one
      told = next;
      if (!still) arrange();
    },
    /** There is something to see, or it is known that there is nothing. @param {string} empty what is said then */
    arrived(empty) {
      body.classList.remove('waiting');
      if (empty) body.dataset.empty = empty;
      else delete body.dataset.empty;
    },
    /** @param {string} message @param {() => void} retry */
    failed(message, retry) {
      body.classList.remove('waiting');
      told = message;
      fill(notes, h('span', { class: 'bad', title: message }, message), h('button', { class: 'quiet', type: 'button', onclick: retry }, say('retry')));
      arrange();
    },
    /** @param {boolean} zoomed @param {import('../../charts/limits.js').Limits} limits */
    show(zoomed, limits) {
      reset.hidden = !zoomed;
      ends.show(limits);
      if (limits.some((end) => end !== null) && panel.hidden) toggle(panel, axis);
    },
    /** @param {{ text: string, title: string, alive: boolean }} age @param {{ text: string, title: string } | null} complete null: as it was */
    foot(age, complete) {
      tell(fresh, age);
      fresh.classList.toggle('alive', age.alive);
      if (complete) tell(points, complete);
    },
    /** Shows the table instead of the chart, or the chart again. */
    toggleTable,
    place,
  };
  function toggleTable() {
    toggle(table, asTable);
    body.hidden = !table.hidden;
    return !table.hidden;
  }
}

/** Which dash is which tag, where a card has several. @param {import('./cards.js').Card} card */
function dashes(card) {
  const looks = looksIn(card).flatMap((look) => look ?? []);
  const short = distinctOf(looks.map(({ tag }) => tag));
  const more = looks.length - MOST_TAGS;
  return [...looks.slice(0, MOST_TAGS).map(({ tag, dash }) => h('span', { title: tag }, swatch({ color: 'currentColor', dash }), short(tag))),
    more > 0 && h('span', null, `+ ${formatStep(more)}`)];
}

/** @param {HTMLElement} panel @param {HTMLElement} button */
function toggle(panel, button) {
  panel.hidden = !panel.hidden;
  button.setAttribute('aria-pressed', String(!panel.hidden));
}

/** @param {HTMLElement} element @param {{ text: string, title: string }} what */
function tell(element, { text, title }) {
  if (element.textContent !== text) element.textContent = text;
  element.title = title;
}

/** @param {HTMLElement} host @param {import('./model.js').Drawn[]} drawn @param {import('./settings.js').Settings} settings */
export function fillTable(host, drawn, settings) {
  if (drawn.some((line) => 'group' in line)) {
    const { heads, rows, more } = groupTable(/** @type {any} */ (drawn), settings);
    fill(host, h('table', null, h('thead', null, h('tr', null, heads.map((head) => h('th', null, head)))),
      h('tbody', null, rows.map(([name, ...values]) => h('tr', null, h('td', null, name), values.map((value) => h('td', { class: 'num' }, value)))))),
    more > 0 && h('p', { class: 'faint' }, say('tip.more', { n: more })));
    return;
  }
  fill(host, h('table', null,
    h('thead', null, h('tr', null, [say('head.run'), say('head.points'), say('head.step'), say('head.last'), say('head.lowest'), say('head.highest')].map((head) => h('th', null, head)))),
    h('tbody', null, drawn.slice(0, MOST_TABLE_ROWS).map((line) => {
      const [lowest, highest] = extentOf(line.raw, false) ?? [NaN, NaN];
      const last = line.raw.length - 1;
      const digits = digitsOf(line.raw);
      const values = [formatStep(line.curve.total), stepText(line.curve, last), formatValue(line.raw[last], digits),
        formatValue(lowest, digits), formatValue(highest, digits)];
      return h('tr', null, h('td', null, line.name), values.map((value) => h('td', { class: 'num' }, value)));
    }))),
  drawn.length > MOST_TABLE_ROWS && h('p', { class: 'faint' }, say('tip.more', { n: drawn.length - MOST_TABLE_ROWS })));
}
