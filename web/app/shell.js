// What surrounds every dashboard: name, tabs, how the log directory is doing, theme, help.

import { fill, h } from '../lib/dom.js';
import { formatBytes, formatStep } from '../lib/format.js';
import { say } from '../lib/say.js';
import { LANGUAGE } from '../texts/en.js';
import { createDrawer } from './drawer.js';
import { createKeySheet } from './key_sheet.js';
import { createLook } from './look.js';
import { pageCommands } from './page_commands.js';
import { createPalette } from './palette.js';
import { createViewMenu } from './view_menu.js';

const MOST_LISTED = 100; // problems
const PATIENCE = 1500; // ms without a connection, before that is a notice
/** What dashboards are called; one that is not listed, as the server calls it. @type {Record<string, string>} */
const TITLES = { scalars: say('tab.scalars'), graphs: say('tab.graphs') };

/**
 * @param {import('./types.js').Context} context
 * @param {{ version: string, dashboards: { id: string, title: string }[] }} boot
 * @param {import('../lib/signal.js').Signal<import('./theme.js').Choice>} choice
 * @param {import('./saved.js').SavedViews} saved
 */
export function createShell(context, boot, choice, saved) {
  const host = /** @type {HTMLElement} */ (document.getElementById('app'));
  const tabs = boot.dashboards.map(({ id, title }) => h('a', { class: 'tab', 'data-id': id, onclick: (/** @type {MouseEvent} */ event) => open(event, id) }, TITLES[id] ?? title));
  const { state } = context;
  /** Where each tab leads: what is chosen goes along. */
  const lead = () => tabs.forEach((tab) => (tab.href = `${location.pathname}${state.hash(tab.dataset.id ?? '')}`));
  /** @param {MouseEvent} event @param {string} id */
  function open(event, id) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another window
    event.preventDefault();
    if (id !== state.dashboard) state.go(state.hash(id));
  }
  state.subscribe(lead);
  lead();
  const link = h('span', { class: 'bad' });
  const light = h('span', { class: 'live-dot', title: say('shell.connected') });
  const facts = h('button', { class: 'quiet facts', type: 'button', 'aria-haspopup': 'dialog', onclick: () => details.showModal() });
  const detail = h('dl');
  const details = h('dialog', { class: 'help' }, h('h2', null, say('log.title')), detail,
    h('button', { type: 'button', onclick: () => details.close() }, say('close')));
  const notices = h('div', { class: 'notices', role: 'status' });
  const gone = h('div', { class: 'notice bad', role: 'alert', hidden: true });
  let seen = new Date();
  /** @type {number | undefined} */
  let telling;
  /** @param {string} message */
  function tellGone(message) {
    gone.textContent = say('shell.gone', { why: message.replace(/\.$/, ''), time: seen.toLocaleTimeString(LANGUAGE) });
    gone.hidden = false;
  }
  const main = h('main', { class: 'dashboard' });
  const drawer = createDrawer(main);
  const help = createKeySheet(context.commands, boot.version);
  const palette = createPalette(context);
  host.append(
    h('header', { class: 'top' }, drawer.button,
      h('h1', { class: 'brand' }, 'NeuronBoard'),
      h('nav', { class: 'tabs', 'aria-label': say('shell.dashboards') }, tabs),
      h('span', { class: 'grow' }), context.report ? h('span', { class: 'faint' }, say('report.made', { time: new Date(context.report.made * 1000).toLocaleString(LANGUAGE) })) : h('span', { class: 'live', role: 'status' }, light, link), facts, context.report ? null : createViewMenu(context, choice, saved), createLook(choice),
      h('button', { class: 'quiet', type: 'button', 'aria-label': say('shell.keys'), onclick: help.open }, '?')),
    gone, notices, main, help.element, palette.element, details);

  /** @param {import('./types.js').Status} status */
  function report(status) {
    facts.textContent = say('shell.facts', { runs: say('count.run', { n: context.runs.list.value.length }), points: say('count.point', { n: status.points }) });
    facts.title = say('shell.facts.about', { path: status.logdir, files: say('count.file', { n: status.files }), bytes: formatBytes(status.bytes_total) });
    fill(detail, factsOf(status).flatMap(([name, text]) => [h('dt', null, name), h('dd', null, text)]));
    fill(notices, saved.missing.value && h('div', { class: 'notice warn' }, saved.missing.value), noticesOf(status));
  }
  context.status.subscribe(report);
  saved.missing.subscribe(() => report(context.status.value));
  context.runs.list.subscribe(() => report(context.status.value));
  report(context.status.value);
  context.commands.add(pageCommands(context, {
    dashboards: boot.dashboards.map(({ id, title }) => ({ id, title: TITLES[id] ?? title })), theme: choice, keys: help.open, palette: palette.open, details: () => details.showModal(),
  }));

  return {
    /** @param {string} id */
    select(id) {
      for (const tab of tabs) {
        if (tab.dataset.id === id) tab.setAttribute('aria-current', 'page');
        else tab.removeAttribute('aria-current');
      }
    },
    clear() {
      drawer.close();
      main.replaceChildren();
      return main;
    },
    /** @param {string} id */
    unknown(id) {
      fill(main, h('section', { class: 'empty' }, h('h1', null, say('shell.unknown', { id })),
        h('p', null, say('shell.unknown.out'))));
    },
    /** @param {boolean} is */
    connected(is) {
      light.classList.toggle('lost', !is);
      link.textContent = is ? '' : say('shell.lost');
      light.title = say(is ? 'shell.connected' : 'shell.lost.about');
      if (is) {
        clearTimeout(telling);
        telling = undefined;
        gone.hidden = true;
        seen = new Date();
      } else telling ??= setTimeout(() => tellGone(say('shell.silent')), PATIENCE);
    },
    /** @param {string} message */
    disconnected(message) {
      this.connected(false);
      tellGone(message);
    },
  };
}

/** @param {import('./types.js').Status} status @returns {[string, string][]} */
function factsOf(status) {
  const series = Object.entries(status.series).map(([kind, n]) => `${kind.replaceAll('_', ' ')} ${formatStep(n)}`);
  return [
    [say('log.path'), status.logdir],
    [say('log.files'), say('of.read', { done: status.files_read, all: status.files })],
    [say('log.bytes'), bytesOf(status)],
    [say('log.points'), formatStep(status.points)],
    [say('log.series'), series.join(' · ') || say('log.series.none')],
    [say('log.memory'), memoryOf(status)],
    [say('log.problems'), formatStep(status.problems.length)],
    [say('log.scanner'), say(status.extension ? 'log.scanner.c' : 'log.scanner.python')],
  ];
}

/** @param {import('./types.js').Status} status */
function bytesOf(status) {
  const read = say('of.read', { done: formatBytes(status.bytes_read), all: formatBytes(status.bytes_total) });
  const waiting = status.phase === 'ready' ? status.bytes_total - status.bytes_read : 0;
  return waiting ? say('log.bytes.waiting', { read, bytes: say('count.byte', { n: waiting }) }) : read;
}

/** @param {import('./types.js').Status} status */
function memoryOf(status) {
  const size = formatBytes(status.memory);
  const limited = status.memory_limit < 2 ** 60 ? say('log.memory.limit', { size, limit: formatBytes(status.memory_limit) }) : size;
  return status.points ? say('log.memory.each', { size: limited, each: (status.memory / status.points).toFixed(1) }) : limited;
}

/** @param {import('./types.js').Status} status */
function noticesOf(status) {
  const found = [];
  if (status.phase === 'loading') {
    const share = status.bytes_total ? status.bytes_read / status.bytes_total : 0;
    const text = say('log.loading', {
      percent: Math.round(share * 100), read: formatBytes(status.bytes_read), total: formatBytes(status.bytes_total),
      done: status.files_read, files: say('count.file', { n: status.files }), points: status.points,
    });
    found.push(h('div', { class: 'notice' }, text, h('progress', { max: 1, value: share, 'aria-label': say('log.loading.name') })));
  }
  if (status.problems.length) {
    const more = status.problems.length - MOST_LISTED;
    found.push(h('details', { class: 'notice warn' },
      h('summary', null, say('log.damaged', { problems: say('count.problem', { n: status.problems.length }) })),
      h('ul', null, status.problems.slice(0, MOST_LISTED).map(({ message, offset, skipped, path }) => h('li', null,
        skipped ? say('log.damaged.at', { message, offset, skipped }) : `${message}: `, h('code', null, path))),
      more > 0 && h('li', null, say('log.damaged.more', { n: more })))));
  }
  return found;
}
