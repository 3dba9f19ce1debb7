// What is known of the chosen node or group, beside the picture.

import { fill, h } from '../../lib/dom.js';
import { formatBytes, formatStep } from '../../lib/format.js';
import { say } from '../../lib/say.js';

/**
 * @typedef {{ path: string | null, name: string, shape?: string, type?: string }} Link
 * @param {{ onGo(path: string): void, onAlike(paths: string[]): void, onTrace(direction: string): void, onWay(path: string): void,
 *     onToggle(path: string): void, onTuck(path: string): void }} options
 */
export function createPanel(options) {
  const element = h('section', { class: 'node-panel', 'aria-label': say('panel.name'), 'aria-live': 'polite' });

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
    const rest = more > 0 && h('button', { class: 'quiet', type: 'button', onclick: () => { fill(list, links.map(link)); /** @type {HTMLElement} */ (rest).remove(); } }, say('more', { n: more }));
    return h('div', null, h('h3', null, `${title} `, h('span', { class: 'faint' }, formatStep(links.length))), list, rest);
  }
  /** @param {[string, string | Node][]} rows */
  const table = (rows) => h('dl', null, rows.flatMap(([name, value]) => [h('dt', null, name), h('dd', null, value)]));

  /** What can be done with it. @param {string} path @param {{ opens: boolean, open: boolean, tucked: boolean, out: boolean }} state @param {string[]} alike */
  function actions(path, state, alike) {
    const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ onclick) => h('button', { type: 'button', title, onclick }, text);
    return h('div', { class: 'node-actions' },
      state.opens && button(say(state.open ? 'close' : 'panel.open'), say('panel.open.about'), () => options.onToggle(path)),
      state.tucked && button(say('panel.pull'), say('panel.pull.about'), () => options.onTuck(path)),
      state.out && button(say('panel.tuck'), say('panel.tuck.about'), () => options.onTuck(path)),
      button(say('panel.up'), say('panel.up.about'), () => options.onTrace('up')),
      button(say('panel.down'), say('panel.down.about'), () => options.onTrace('down')),
      button(say('panel.way'), say('panel.way.about'), () => options.onWay(path)),
      alike.length > 0 && button(say('panel.alike', { n: alike.length }), say('panel.alike.about'), () => options.onAlike(alike)));
  }
  return {
    element,
    /** @param {Node} legend */
    none(legend) {
      fill(element, h('p', { class: 'faint' }, say('panel.none')), legend);
    },
    /**
     * @param {any} about an answer of api/graphs/node, of a node or a group
     * @param {{ opens: boolean, open: boolean, tucked: boolean, out: boolean, change: string | null }} state
     */
    show(about, state) {
      const { path, name = path, op, device, devices, source, stats } = about;
      const facts = /** @type {[string, string][]} */ ([
        state.change && [say('panel.compared'), state.change], device && [say('panel.device'), device], devices && Object.keys(devices).some((name) => name) && [say('panel.devices'), Object.keys(devices).filter((name) => name).join(', ')], source && [say('panel.source'), sourceText(source)], ...statsOf(stats),
      ].filter(Boolean));
      fill(element,
        h('h2', { class: 'node-title' }, name),
        h('p', null, op ? h('span', { class: 'op-name' }, op) : say(about.kind === 'series' ? 'panel.series' : 'panel.group', { nodes: say('count.node', { n: about.nodes ?? 0 }) })),
        actions(path, state, about.alike ?? []),
        facts.length > 0 && table(facts),
        part(say('panel.inputs'), linksOf(about.inputs)), part(say('panel.controls'), about.control_inputs ?? []),
        part(say('panel.outputs'), linksOf(about.outputs)), part(say('panel.consumers'), about.consumers ?? []),
        about.kind && about.ops && h('div', null, h('h3', null, say('panel.ops')), table(opRows(about))),
        part(say('panel.calls'), (about.calls ?? []).map((/** @type {string} */ name) => ({ path: name, name }))),
        about.attributes?.length > 0 && h('div', null, h('h3', null, say('panel.attributes')), table(about.attributes.map((/** @type {any} */ a) => [a.name, a.value]))));
    },
    /** @param {string} message @param {() => void} retry */
    error(message, retry) {
      fill(element, h('p', { class: 'bad' }, message), h('button', { type: 'button', onclick: retry }, say('retry')));
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
  return rows.map((row) => (row.outer === undefined ? { path: null, ...row } : { path: row.outer, name: row.outer, shape: row.kind === 'control' ? say('edge.control') : row.shape, type: row.type }))
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
  return [...listed, ...(rest > 0 ? [/** @type {[string, number]} */ ([say('node.others'), rest])] : [])].map(([op, n]) => [op, formatStep(n)]);
}

/** @param {any} stats @returns {[string, string][]} */
function statsOf(stats) {
  if (!stats) return [];
  const { duration_us: time, memory_bytes: memory, start_us: start } = stats;
  return /** @type {[string, string][]} */ ([
    time !== null && time !== undefined && [say('colour.compute'), formatMicros(time)],
    start !== null && start !== undefined && [say('panel.starts'), formatMicros(start)],
    memory !== null && memory !== undefined && [say('colour.memory'), formatBytes(memory)],
  ].filter(Boolean));
}

/** Microseconds for people. @param {number} us */
export function formatMicros(us) {
  if (us >= 1e6) return say('unit.s', { n: (us / 1e6).toPrecision(4) });
  return us >= 1000 ? `${(us / 1000).toPrecision(4)} ms` : `${Math.round(us * 10) / 10} µs`;
}
