// What surrounds every dashboard: name, tabs, how the log directory is doing, theme, help.

import { fill, h } from '../lib/dom.js';
import { counted, formatBytes, formatStep } from '../lib/format.js';

const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
const MOST_LISTED = 100; // problems
const PATIENCE = 1500; // ms without a connection, before that is a notice
const KEYS = [
  ['/', 'go to the filter'],
  ['g s, g g', 'go to Scalars, Graphs'],
  ['← →', 'in a chart: move the crosshair; with Shift by ten points, with Ctrl the view'],
  ['+ − 0', 'in a chart: closer, farther, everything; so does the wheel, with Ctrl or after a click'],
  ['drag', 'in a chart: look at a part; with Alt at a box, with Shift move the view'],
  ['click, p', 'in a chart: pin a cursor; two tell difference and slope'],
  ['n o l t', 'in a chart: first NaN, outliers aside, log y, table'],
  ['[ ]', 'in scalars: smooth less, smooth more'],
  ['Esc', 'in a chart: take cursors away, show everything again; elsewhere: close'],
  ['double-click', 'in a chart: show everything again; on a run: show only it'],
  ['↑ ↓ ← →', 'in the runs: walk, fold and open; Space checks, with Shift a range; Enter shows only that run, c chooses its colour'],
  ['Enter', 'in a graph: open or close a box, pull out what is tucked away; Space only chooses'],
  ['↑ ↓', 'in a graph: along an edge, with the data or against them; ← → to what stands beside; Esc to the box around'],
  ['+ − 0', 'in a graph: larger, smaller, all of it'],
  ['?', 'show these keys'],
];

/**
 * @param {import('./types.js').Context} context
 * @param {{ version: string, dashboards: { id: string, title: string }[] }} boot
 * @param {import('../lib/signal.js').Signal<'auto' | 'light' | 'dark'>} choice
 */
export function createShell(context, boot, choice) {
  const host = /** @type {HTMLElement} */ (document.getElementById('app'));
  const tabs = boot.dashboards.map(({ id, title }) => h('a', { href: `#${id}`, class: 'tab', 'data-id': id }, title));
  tabs.forEach((tab) => (tab.href = `${location.pathname}#${tab.dataset.id}`));
  const link = h('span', { class: 'bad' });
  const light = h('span', { class: 'live-dot', title: 'connected' });
  const facts = h('button', { class: 'quiet facts', type: 'button', 'aria-haspopup': 'dialog', onclick: () => details.showModal() });
  const detail = h('dl');
  const details = h('dialog', { class: 'help' }, h('h2', null, 'Log directory'), detail,
    h('button', { type: 'button', onclick: () => details.close() }, 'Close'));
  const notices = h('div', { class: 'notices', role: 'status' });
  const gone = h('div', { class: 'notice bad', role: 'alert', hidden: true });
  let seen = new Date();
  /** @type {number | undefined} */
  let telling;
  /** @param {string} message */
  function tellGone(message) {
    gone.textContent = `${message.replace(/\.$/, '')}. What is shown is as of ${seen.toLocaleTimeString()}; it is asked again and again, and the page goes on by itself.`;
    gone.hidden = false;
  }
  const main = h('main', { class: 'dashboard' });
  const theme = h('button', { class: 'quiet', type: 'button', onclick: nextTheme });
  const help = h('dialog', { class: 'help' },
    h('h2', null, 'Keys'),
    h('dl', null, KEYS.map(([key, text]) => [h('dt', null, h('kbd', null, key)), h('dd', null, text)]).flat()),
    h('p', { class: 'faint' }, `NeuronBoard ${boot.version}`),
    h('button', { type: 'button', onclick: () => help.close() }, 'Close'));
  host.append(
    h('header', { class: 'top' },
      h('span', { class: 'brand' }, 'NeuronBoard'),
      h('nav', { class: 'tabs', 'aria-label': 'Dashboards' }, tabs),
      h('span', { class: 'grow' }), h('span', { class: 'live', role: 'status' }, light, link), facts, theme,
      h('button', { class: 'quiet', type: 'button', 'aria-label': 'Keys', onclick: () => help.showModal() }, '?')),
    gone, notices, main, help, details);

  function nextTheme() {
    choice.value = THEMES[(THEMES.indexOf(choice.value) + 1) % THEMES.length];
  }
  const nameTheme = () => {
    theme.textContent = { auto: '◐ Auto', light: '○ Light', dark: '● Dark' }[choice.value];
    theme.setAttribute('aria-label', `Theme: ${choice.value}`);
  };
  choice.subscribe(nameTheme);
  nameTheme();

  /** @param {import('./types.js').Status} status */
  function report(status) {
    facts.textContent = `${counted(context.runs.list.value.length, 'run')} · ${counted(status.points, 'point')}`;
    facts.title = `${status.logdir}: ${status.files} files, ${formatBytes(status.bytes_total)}`;
    fill(detail, factsOf(status).flatMap(([name, text]) => [h('dt', null, name), h('dd', null, text)]));
    fill(notices, noticesOf(status));
  }
  context.status.subscribe(report);
  context.runs.list.subscribe(() => report(context.status.value));
  report(context.status.value);
  addEventListener('keydown', (event) => onKey(event, help));

  return {
    /** @param {string} id */
    select(id) {
      for (const tab of tabs) {
        if (tab.dataset.id === id) tab.setAttribute('aria-current', 'page');
        else tab.removeAttribute('aria-current');
      }
    },
    clear() {
      main.replaceChildren();
      return main;
    },
    /** @param {string} id */
    unknown(id) {
      fill(main, h('section', { class: 'empty' }, h('h1', null, `There is no dashboard “${id}”`),
        h('p', null, 'Choose one of the tabs above.')));
    },
    /** @param {boolean} is */
    connected(is) {
      light.classList.toggle('lost', !is);
      link.textContent = is ? '' : 'not connected';
      light.title = is ? 'connected' : 'not connected: what is shown may be old';
      if (is) {
        clearTimeout(telling);
        telling = undefined;
        gone.hidden = true;
        seen = new Date();
      } else telling ??= setTimeout(() => tellGone('The server does not answer'), PATIENCE);
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
  const limit = status.memory_limit < 2 ** 60 ? ` of ${formatBytes(status.memory_limit)} allowed` : '';
  const each = status.points ? `, ${(status.memory / status.points).toFixed(1)} bytes a point` : '';
  const waiting = status.phase === 'ready' && status.bytes_total - status.bytes_read;
  const waits = waiting ? `; ${counted(waiting, 'byte')} at the end of files are no whole record yet` : '';
  const series = Object.entries(status.series).map(([kind, n]) => `${kind.replaceAll('_', ' ')} ${formatStep(n)}`);
  return [
    ['Path', status.logdir],
    ['Files', `${formatStep(status.files_read)} of ${formatStep(status.files)} read`],
    ['Bytes', `${formatBytes(status.bytes_read)} of ${formatBytes(status.bytes_total)} read${waits}`],
    ['Points', formatStep(status.points)],
    ['Series', series.join(' · ') || 'none'],
    ['Memory', `${formatBytes(status.memory)}${limit}${each}`],
    ['Problems', formatStep(status.problems.length)],
    ['Scanner', status.extension ? 'C extension' : 'pure Python: no compiler was there when NeuronBoard was installed'],
  ];
}

/** @param {import('./types.js').Status} status */
function noticesOf(status) {
  const found = [];
  if (status.phase === 'loading') {
    const share = status.bytes_total ? status.bytes_read / status.bytes_total : 0;
    found.push(h('div', { class: 'notice' }, `Loading ${Math.round(share * 100)} %: `
      + `${formatBytes(status.bytes_read)} of ${formatBytes(status.bytes_total)}, ${formatStep(status.files_read)} of ${counted(status.files, 'file')}, ${formatStep(status.points)} points so far`,
    h('progress', { max: 1, value: share, 'aria-label': 'Loading' })));
  }
  if (status.problems.length) {
    const more = status.problems.length - MOST_LISTED;
    found.push(h('details', { class: 'notice warn' },
      h('summary', null, `Not everything could be read: ${counted(status.problems.length, 'problem')}`),
      h('ul', null, status.problems.slice(0, MOST_LISTED).map((p) => h('li', null,
        p.skipped ? `${p.message} at byte ${formatStep(p.offset)}, ${formatStep(p.skipped)} bytes skipped: ` : `${p.message}: `, h('code', null, p.path))),
      more > 0 && h('li', null, `${formatStep(more)} more, which api/status lists`))));
  }
  return found;
}

let prefix = '';

/** @param {KeyboardEvent} event @param {HTMLDialogElement} help */
function onKey(event, help) {
  const target = /** @type {HTMLElement} */ (event.target);
  const typing = target.matches('input, textarea, select');
  if (event.key === 'Escape' && typing) target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '?') help.showModal();
  if (event.key === '/') {
    event.preventDefault();
    /** @type {HTMLElement | null} */ (document.querySelector('[data-filter]'))?.focus();
  }
  if (prefix === 'g' && event.key === 's') location.hash = '#scalars';
  if (prefix === 'g' && event.key === 'g') location.hash = '#graphs';
  prefix = prefix === 'g' ? '' : event.key;
}
