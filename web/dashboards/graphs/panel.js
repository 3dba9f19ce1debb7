// What is known of the chosen node or group, beside the picture.

import { fill, h } from '../../lib/dom.js';
import { counted, formatBytes, formatStep } from '../../lib/format.js';

/**
 * @typedef {{ path: string | null, name: string, shape?: string, type?: string }} Link
 * @param {{ onGo(path: string): void, onAlike(paths: string[]): void, onTrace(direction: string): void, onWay(path: string): void,
 *     onToggle(path: string): void, onTuck(path: string): void }} options
 */
export function createPanel(options) {
  const element = h('section', { class: 'node-panel', 'aria-label': 'Selected node', 'aria-live': 'polite' });

  /** @param {Link} link */
  function link({ path, name, shape, type }) {
    const what = [type && type !== 'float32' ? type : '', shape === '?' ? '' : shape].filter(Boolean).join(' ');
    return h('li', null, path === null ? h('span', null, name)
      : h('button', { class: 'link', type: 'button', title: name, onclick: () => options.onGo(path) }, name), what && h('span', { class: 'shape' }, what));
  }
  /** @param {string} title @param {Link[]} links */
  function part(title, links) {
    if (!links?.length) return null;
    const list = h('ul', null, links.slice(0, MOST).map(link));
    const more = links.length - MOST;
    const rest = more > 0 && h('button', { class: 'quiet', type: 'button', onclick: () => { fill(list, links.map(link)); /** @type {HTMLElement} */ (rest).remove(); } }, `${formatStep(more)} more`);
    return h('div', null, h('h3', null, `${title} `, h('span', { class: 'faint' }, formatStep(links.length))), list, rest);
  }
  /** @param {[string, string | Node][]} rows */
  const table = (rows) => h('dl', null, rows.flatMap(([name, value]) => [h('dt', null, name), h('dd', null, value)]));

  /** What can be done with it. @param {string} path @param {{ opens: boolean, open: boolean, tucked: boolean, out: boolean }} state @param {string[]} alike */
  function actions(path, state, alike) {
    const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ onclick) => h('button', { type: 'button', title, onclick }, text);
    return h('div', { class: 'node-actions' },
      state.opens && button(state.open ? 'Close' : 'Open', 'Enter does the same', () => options.onToggle(path)),
      state.tucked && button('Pull out', 'Show it as a box of its own', () => options.onTuck(path)),
      state.out && button('Tuck away', 'Show it beside its user again', () => options.onTuck(path)),
      button('Upstream', 'Dim everything that it does not depend on', () => options.onTrace('up')),
      button('Downstream', 'Dim everything that does not depend on it', () => options.onTrace('down')),
      button('Path to…', 'Choose another node next: the way between the two is shown', () => options.onWay(path)),
      alike.length > 0 && button(`Same block: ${formatStep(alike.length)} more`, 'Show where the same block stands elsewhere', () => options.onAlike(alike)));
  }
  return {
    element,
    /** @param {Node} legend */
    none(legend) {
      fill(element, h('p', { class: 'faint' }, 'Choose a node to see its op, attributes, inputs and outputs. Double-click a box, or press its +, to open it.'), legend);
    },
    /**
     * @param {any} about an answer of api/graphs/node, of a node or a group
     * @param {{ opens: boolean, open: boolean, tucked: boolean, out: boolean, change: string | null }} state
     */
    show(about, state) {
      const { path, name = path, op, device, devices, source, stats } = about;
      const facts = /** @type {[string, string][]} */ ([
        state.change && ['Compared', state.change], device && ['Device', device], devices && Object.keys(devices).some((name) => name) && ['Devices', Object.keys(devices).filter((name) => name).join(', ')], source && ['Made at', sourceText(source)], ...statsOf(stats),
      ].filter(Boolean));
      fill(element,
        h('h2', { class: 'node-title' }, name),
        h('p', null, op ? h('span', { class: 'op-name' }, op) : `${about.kind === 'series' ? 'Series' : 'Group'} of ${counted(about.nodes ?? 0, 'node')}`),
        actions(path, state, about.alike ?? []),
        facts.length > 0 && table(facts),
        part('Inputs', linksOf(about.inputs)), part('Control inputs', about.control_inputs ?? []),
        part('Outputs', linksOf(about.outputs)), part('Consumers', about.consumers ?? []),
        about.kind && about.ops && h('div', null, h('h3', null, 'Ops'), table(opRows(about))),
        part('Calls', (about.calls ?? []).map((/** @type {string} */ name) => ({ path: name, name }))),
        about.attributes?.length > 0 && h('div', null, h('h3', null, 'Attributes'), table(about.attributes.map((/** @type {any} */ a) => [a.name, a.value]))));
    },
    /** @param {string} message @param {() => void} retry */
    error(message, retry) {
      fill(element, h('p', { class: 'bad' }, message), h('button', { type: 'button', onclick: retry }, 'Try again'));
    },
  };
}

/**
 * Rows as links: those of a group are its ports, of which each box outside is told once.
 * @param {any[]} rows
 * @returns {Link[]}
 */
function linksOf(rows = []) {
  const seen = new Set();
  return rows.map((row) => (row.outer === undefined ? { path: null, ...row } : { path: row.outer, name: row.outer, shape: row.kind === 'control' ? 'control' : row.shape, type: row.type }))
    .filter(({ path, name }) => path === null || (!seen.has(name) && seen.add(name)));
}

const MOST_OPS = 12; // op types of a group that are listed
const MOST = 60; // links that are listed at once

/** @param {any} source */
function sourceText(source) {
  return typeof source === 'string' ? source : `${source.file}:${source.line}`;
}

/** @param {any} about @returns {[string, string][]} */
function opRows({ ops, nodes }) {
  const listed = /** @type {[string, number][]} */ (Object.entries(ops).sort((a, b) => b[1] - a[1]).slice(0, MOST_OPS));
  const rest = nodes - listed.reduce((sum, [, n]) => sum + n, 0);
  return [...listed, ...(rest > 0 ? [/** @type {[string, number]} */ (['other ops', rest])] : [])].map(([op, n]) => [op, formatStep(n)]);
}

/** @param {any} stats @returns {[string, string][]} */
function statsOf(stats) {
  if (!stats) return [];
  const { duration_us: time, memory_bytes: memory, start_us: start } = stats;
  return /** @type {[string, string][]} */ ([
    time !== null && time !== undefined && ['Compute time', formatMicros(time)],
    start !== null && start !== undefined && ['Starts at', formatMicros(start)],
    memory !== null && memory !== undefined && ['Memory', formatBytes(memory)],
  ].filter(Boolean));
}

/** Microseconds for people. @param {number} us */
export function formatMicros(us) {
  if (us >= 1e6) return `${(us / 1e6).toPrecision(4)} s`;
  return us >= 1000 ? `${(us / 1000).toPrecision(4)} ms` : `${Math.round(us * 10) / 10} µs`;
}
