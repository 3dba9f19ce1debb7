// What nodes and edges look like and how large they are, by what they are.

import { say } from '../../lib/say.js';


/**
 * @typedef {'group' | 'series' | 'constant' | 'variable' | 'summary' | 'save' | 'hub' | 'op'} Look
 * @typedef {import('./answers.js').Child} Child
 * @typedef {import('./answers.js').Edge} Edge
 */

const CHARACTER = 6.9; // width of a character at 12 px, about
const WIDE = 12; // the same of Hangul, kana, han
const WIDEST = 250;
const PILL_CHARACTER = 6.1; // at 10.5 px
const WIDEST_PILL = 132;
export const PILL_HEIGHT = 18;

const LOOKS = /** @type {Record<string, Look>} */ ({
  Const: 'constant', HostConst: 'constant', Placeholder: 'constant', 'prim::Constant': 'constant', 'prim::GetAttr': 'variable', 'prim::Param': 'variable', VariableV2: 'variable', Variable: 'variable', VarHandleOp: 'variable',
  ScalarSummary: 'summary', HistogramSummary: 'summary', MergeSummary: 'summary', ImageSummary: 'summary', AudioSummary: 'summary',
});

/** @param {Child} child @returns {Look} */
export function lookOf(child) {
  if (child.kind === 'node') return LOOKS[child.op] ?? 'op';
  return child.kind === 'series' ? 'series' : 'group';
}

/** @type {WeakMap<Child, { second: string, width: number, height: number }>} */
const measured = new WeakMap();

/** @param {Child} child */
function measure(child) {
  const known = measured.get(child);
  if (known) return known;
  const second = saidBelow(child);
  const width = Math.min(WIDEST, Math.max(textWidth(child.name), textWidth(second, 5.9)) + (child.kind === 'node' ? 28 : 48));
  const found = { second, width: Math.max(width, lookOf(child) === 'constant' ? 48 : 72), height: second ? 40 : 28 };
  measured.set(child, found);
  return found;
}

/** What stands under the name: how many nodes a group has, or a node's op. @param {Child} child */
export function secondLine(child) {
  return measure(child).second;
}

/** @param {Child} child */
function saidBelow(child) {
  if (child.kind === 'series') return say('node.series', { blocks: say('count.block', { n: child.count }), nodes: say('count.node', { n: child.nodes }) });
  if (child.kind !== 'node') return say('count.node', { n: child.nodes });
  return child.op.toLowerCase() === child.name.toLowerCase() ? '' : child.op;
}

/** How wide a text is at 12 px, about. @param {string} text @param {number} [each] */
export function textWidth(text, each = CHARACTER) {
  let width = 0;
  for (const c of text) width += c.charCodeAt(0) > 0x1100 ? (WIDE * each) / CHARACTER : each;
  return width;
}

/** The size of a closed child: room for its name, and for its op where that says more. @param {Child} child */
export function sizeOf(child) {
  const { width, height } = measure(child);
  return { width, height };
}

/** How wide the small mark of a tucked child is. @param {string} name */
export function pillWidth(name) {
  return Math.min(WIDEST_PILL, Math.max(34, textWidth(name, PILL_CHARACTER) + 24));
}

/**
 * A text cut in its middle so that it fits.
 * @param {string} text @param {number} width in pixels @param {number} [each] width of a character
 */
export function clipped(text, width, each = CHARACTER) {
  if (textWidth(text, each) <= width) return text;
  const characters = [...text];
  const room = Math.max(2, Math.floor(characters.length * (width / textWidth(text, each))) - 1);
  return `${characters.slice(0, Math.ceil(room / 2)).join('')}…${characters.slice(characters.length - Math.floor(room / 2)).join('')}`;
}

/** What an edge is labelled with; "" for none. @param {Edge} edge */
export function labelOf({ kind, count, shape, type }) {
  if (kind === 'control') return '';
  const unusual = type && type !== 'float32' ? ` ${type.replace('_ref', '')}` : '';
  if (count > 1) return say('count.tensor', { n: count });
  return shape === '?' || !shape ? unusual.trim() : `${shape}${unusual}`;
}

/** How wide a line is, by how much flows through it in one go. @param {Edge} edge */
export function lineWidth({ kind, bytes, count }) {
  if (kind === 'control') return 1;
  if (bytes === null || bytes === undefined) return Math.min(3, 1 + 0.5 * Math.log2(count));
  return Math.min(5, 1 + 0.55 * Math.log10(Math.max(1, bytes / 4)));
}

/** An edge in words. @param {Edge} edge */
export function describeEdge(edge) {
  const { source, target, kind, count, shape, type } = edge;
  const what = kind === 'control' ? say('legend.control')
    : [count > 1 && say('count.tensor', { n: count }), type, shape && shape !== '?' ? shape : say('edge.shapeless')].filter(Boolean).join(' ');
  return say('edge.about', { source, target, what: kind === 'reference' || kind === 'loop' ? `${say(`edge.${kind}`)}, ${what}` : what });
}

/**
 * How many nodes of each op a group has, and of the ops that the answer leaves out.
 * @param {Child} child
 * @returns {[string, number][]}
 */
export function opsOf(child) {
  const listed = Object.entries(child.ops);
  const rest = child.nodes - listed.reduce((sum, [, n]) => sum + n, 0);
  return rest > 0 ? [...listed, [say('node.others'), rest]] : listed;
}
