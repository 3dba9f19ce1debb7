// The picture as a list of marks: boxes, lines and texts with named colours, in the order in which
// they are drawn. Canvas and SVG are drawn from the same list.
//
// The marks are a pure function of the scene, what is chosen, and a colouring: a colour or a number
// for each node or edge.

import { labelOf, clipped, lineWidth, secondLine } from './looks.js';
import { HEADER } from './model.js';

/**
 * @typedef {{ type: 'box', x: number, y: number, width: number, height: number, radius: number, fill: string | null, stroke: string | null,
 *     line: number, dash?: number[], alpha: number, about?: string }} BoxMark x, y: left top corner; about: the path of a node
 * @typedef {{ type: 'line', points: { x: number, y: number }[], stroke: string, line: number, dash?: number[], alpha: number, arrow: boolean, about?: string, covered?: boolean[] }} LineMark
 *     covered: for each piece, numbered by its end, whether a line before it has drawn the same
 * @typedef {{ type: 'text', x: number, y: number, text: string, size: number, weight: number, fill: string, align: 'left' | 'center', halo: string | null, alpha: number }} TextMark
 *     halo: the colour behind it
 *     y: of the middle of small letters
 * @typedef {BoxMark | LineMark | TextMark} Mark
 * @typedef {{ fill: string, stroke: string }} Paint names of colours, or colours
 * @typedef {object} Emphasis
 * @property {string | null} selected path
 * @property {Set<string> | null} traced paths that are not dimmed; null: all
 * @property {Set<string>} alike paths of the same block elsewhere
 * @property {((child: import('./answers.js').Child) => Paint | null) | null} paint by what nodes are coloured
 * @property {((edge: import('./answers.js').Edge) => number | null) | null} weight how wide an edge is drawn, in place of its size
 */

export const NO_EMPHASIS = /** @type {Emphasis} */ ({ selected: null, traced: null, alike: new Set(), paint: null, weight: null });
export const LABEL_SIZE = 10.5; // px
const DIM = 0.22;
const GHOST = [5, 3]; // dashes around what is no more
const DASHES = /** @type {Record<string, number[] | undefined>} */ ({ control: [2.5, 3.5], loop: [9, 4], reference: undefined, data: undefined });
const STROKES = /** @type {Record<string, string>} */ ({ data: 'edge', control: 'edge', loop: 'loop-edge', reference: 'variable-edge' });
const FILLS = /** @type {Record<string, Paint>} */ ({
  op: { fill: 'node', stroke: 'node-edge' }, group: { fill: 'group', stroke: 'group-edge' }, series: { fill: 'group', stroke: 'group-edge' },
  constant: { fill: 'constant', stroke: 'node-edge' }, variable: { fill: 'variable', stroke: 'variable-edge' },
  summary: { fill: 'summary', stroke: 'summary-edge' }, save: { fill: 'save', stroke: 'save-edge' }, hub: { fill: 'node', stroke: 'loop-edge' },
});
const CHANGES = /** @type {Record<string, Paint>} */ ({
  added: { fill: 'added', stroke: 'added-edge' }, removed: { fill: 'removed', stroke: 'removed-edge' },
  changed: { fill: 'changed', stroke: 'changed-edge' }, renamed: { fill: 'renamed', stroke: 'renamed-edge' },
});

/** @typedef {import('./model.js').Scene} Scene @typedef {{ push(mark: Mark): void }} Marks */
/** @typedef {Map<string, { top: number, bottom: number, line: number }>} Drawn pieces, by place and look: from where to where, and how wide */

/** @param {Scene} scene @param {Emphasis} emphasis @param {import('./labels.js').Places} labels as far as they are placed @returns {Mark[]} */
export function marksOf(scene, emphasis, labels) {
  /** @type {Mark[]} */
  const marks = [];
  const steps = markSteps(scene, emphasis, (mark) => marks.push(mark));
  while (!steps.next().done);
  return [...marks, ...labelMarks(scene, labels, emphasis)];
}

/**
 * All marks but the labels, in the order in which they are drawn; stops after each node and edge.
 * @param {Scene} scene @param {Emphasis} emphasis @param {(mark: Mark) => void} push
 */
export function* markSteps(scene, emphasis, push) {
  const lit = scene.edges.map(({ edge: { source, target } }) => emphasis.selected !== null && (source === emphasis.selected || target === emphasis.selected) && alphaOf(emphasis, source, target) === 1);
  const near = new Set(scene.edges.flatMap(({ edge }, i) => (lit[i] ? [edge.source, edge.target] : [])));
  const marks = { push };
  for (const node of scene.nodes) {
    if (node.open) openGroup(marks, node, emphasis);
    yield;
  }
  const long = scene.edges.map(({ points }) => Math.abs(points[0].y - points[points.length - 1].y));
  const order = [...scene.edges.keys()].sort((a, b) => Number(lit[a]) - Number(lit[b]) || long[b] - long[a] || a - b);
  /** @type {Drawn} */
  const drawn = new Map();
  for (const i of order) {
    edgeLine(marks, scene.edges[i], lit[i], emphasis, drawn);
    yield;
  }
  for (const port of scene.ports) push({ type: 'box', x: port.x - 3, y: port.y - 3, width: 6, height: 6, radius: 3, fill: 'surface', stroke: 'group-edge', line: 1.2, alpha: 1 });
  for (const node of scene.nodes) {
    if (!node.open) closedNode(marks, node, near, emphasis);
    yield;
  }
  for (const pill of scene.pills) {
    smallPill(marks, pill, scene, near, emphasis);
    yield;
  }
  for (const { x, y, width, height, more } of scene.rests) {
    push({ type: 'box', x: x - width / 2, y: y - height / 2, width, height, radius: 9, fill: 'surface', stroke: 'border', line: 1, alpha: 1 });
    push(text(x, y, `+${more.length}`, 10.5, 'text-2', 'center'));
  }
}

/** @param {Scene} scene @param {import('./labels.js').Places} labels @param {Emphasis} emphasis @returns {TextMark[]} */
export function labelMarks(scene, labels, emphasis) {
  return labels.flatMap((place, i) => {
    if (!place) return [];
    const { edge, depth } = scene.edges[i];
    const halo = depth === 0 ? 'page' : depth % 2 ? 'open-1' : 'open-2';
    return [{ ...text(place.x, place.y, labelOf(edge), LABEL_SIZE, 'text-2', 'left', 400, alphaOf(emphasis, edge.source, edge.target)), halo }];
  });
}

/** @param {Emphasis} emphasis @param {...string} paths */
function alphaOf({ traced }, ...paths) {
  return traced === null || paths.every((path) => traced.has(path)) ? 1 : DIM;
}

/** @param {import('./model.js').DrawnNode | import('./model.js').DrawnPill} node @param {Emphasis} emphasis @returns {Paint} */
function paintOf({ child, look }, { paint }) {
  if (child.change) return CHANGES[child.change.kind];
  return (paint && paint(child)) || FILLS[look];
}

/** @param {string} path @param {Set<string>} near @param {Emphasis} emphasis @param {string} usual */
function strokeOf(path, near, { selected, alike }, usual) {
  if (path === selected) return { stroke: 'accent', line: 2.4 };
  if (alike.has(path)) return { stroke: 'alike', line: 2.2 };
  return near.has(path) ? { stroke: 'accent', line: 1.4 } : { stroke: usual, line: 1.2 };
}

/** @param {Marks} marks @param {import('./model.js').DrawnNode} node @param {Emphasis} emphasis */
function openGroup(marks, node, emphasis) {
  const { x, y, width, height, child, path } = node;
  const [left, top] = [x - width / 2, y - height / 2];
  const alpha = alphaOf(emphasis, path);
  const paint = paintOf(node, emphasis);
  const dash = child.change?.kind === 'removed' ? GHOST : undefined;
  marks.push({ type: 'box', x: left, y: top, width, height, radius: 10, fill: node.depth % 2 ? 'open-2' : 'open-1', dash, ...strokeOf(path, new Set(), emphasis, paint.stroke), alpha, about: path });
  marks.push(text(left + 32, top + HEADER / 2 + 2, clipped(child.name, width - 44), 12, 'text', 'left', 600, alpha));
  sign(marks, left + 17, top + HEADER / 2 + 2, true, alpha);
}

/** The + or − of a group. @param {Marks} marks @param {number} x @param {number} y @param {boolean} open @param {number} alpha */
function sign(marks, x, y, open, alpha) {
  marks.push({ type: 'box', x: x - 8, y: y - 8, width: 16, height: 16, radius: 8, fill: 'surface', stroke: 'group-edge', line: 1, alpha });
  const stroke = { type: /** @type {const} */ ('line'), stroke: 'text', line: 1.5, alpha, arrow: false };
  marks.push({ ...stroke, points: [{ x: x - 4, y }, { x: x + 4, y }] });
  if (!open) marks.push({ ...stroke, points: [{ x, y: y - 4 }, { x, y: y + 4 }] });
}

/** @param {Marks} marks @param {import('./model.js').DrawnNode} node @param {Set<string>} near @param {Emphasis} emphasis */
function closedNode(marks, node, near, emphasis) {
  const { x, y, width, height, child, look, path } = node;
  const [left, top] = [x - width / 2, y - height / 2];
  const alpha = alphaOf(emphasis, path);
  const paint = paintOf(node, emphasis);
  const opens = child.kind !== 'node';
  const box = { type: /** @type {const} */ ('box'), width, height, radius: look === 'op' || look === 'summary' ? height / 2 : look === 'constant' || look === 'variable' ? 4 : 8, fill: paint.fill, alpha };
  if (look === 'series') for (const away of [8, 4]) marks.push({ ...box, x: left + away, y: top - away, stroke: paint.stroke, line: 1 });
  const dash = child.change?.kind === 'removed' ? GHOST : undefined;
  marks.push({ ...box, x: left, y: top, dash, ...strokeOf(path, near, emphasis, paint.stroke), about: path });
  const second = secondLine(child);
  const middle = opens ? x + 11 : x;
  marks.push(text(middle, second ? y - 7 : y, clipped(child.name, width - (opens ? 40 : 18)), 12, 'text', 'center', 400, alpha));
  if (second) marks.push(text(middle, y + 8.5, clipped(second, width - (opens ? 40 : 18), 5.9), 10.5, 'text-2', 'center', 400, alpha));
  if (opens) sign(marks, left + 17, y, false, alpha);
}

/** @param {Marks} marks @param {import('./model.js').DrawnPill} pill @param {Scene} scene @param {Set<string>} near @param {Emphasis} emphasis */
function smallPill(marks, pill, scene, near, emphasis) {
  const { x, y, width, height, child, look, copy, side, kind, host, path } = pill;
  const alpha = alphaOf(emphasis, path);
  const paint = paintOf(pill, emphasis);
  const inner = side === 'left' ? x + width / 2 : x - width / 2;
  const outer = side === 'left' ? inner + 14 : inner - 14;
  const lit = emphasis.selected === path || emphasis.selected === host;
  const ends = [{ x: inner, y }, { x: outer, y }];
  marks.push({ type: 'line', points: side === 'left' ? ends : ends.reverse() && [{ x: outer, y }, { x: inner, y }], stroke: lit ? 'accent' : STROKES[kind], line: 1, dash: DASHES[kind], alpha, arrow: side === 'left' });
  marks.push({ type: 'box', x: x - width / 2, y: y - height / 2, width, height, radius: look === 'constant' || look === 'variable' ? 4 : 9, fill: paint.fill, dash: copy ? [3, 2.5] : undefined, ...strokeOf(path, near, emphasis, paint.stroke), alpha, about: path });
  marks.push(text(x, y, clipped(child.name, width - 12, 6.1), 10.5, 'text', 'center', 400, alpha));
}

/**
 * @param {Marks} marks @param {import('./model.js').DrawnEdge} edge @param {boolean} lit @param {Emphasis} emphasis
 * @param {Drawn} drawn what is drawn by now: a bundle is drawn once, by the longest of its edges
 */
function edgeLine(marks, { edge, points, to, back }, lit, emphasis, drawn) {
  const weight = emphasis.weight?.(edge) ?? lineWidth(edge);
  const kind = back && edge.kind === 'data' ? 'loop' : edge.kind;
  const [stroke, line, alpha] = [lit ? 'accent' : STROKES[kind], lit ? Math.max(1.6, weight) : weight, alphaOf(emphasis, edge.source, edge.target)];
  const like = `${stroke} ${kind} ${alpha}`;
  const covered = points.map((end, i) => {
    if (i === 0) return false;
    const start = points[i - 1];
    const [top, bottom] = [Math.min(start.y, end.y), Math.max(start.y, end.y)];
    const head = to && i === points.length - 1 ? 'head' : '';
    const key = `${head} ${fine(start.x)} ${start.x === end.x ? '' : `${fine(start.y)} ${fine(end.x)} ${fine(end.y)}`} ${like}`;
    const known = drawn.get(key);
    if (known && known.line >= line && known.top <= top && known.bottom >= bottom) return true;
    if (!known || known.bottom - known.top < bottom - top || known.line < line) drawn.set(key, { top, bottom, line });
    return false;
  });
  marks.push({ type: 'line', points, covered, stroke, line, dash: DASHES[kind], alpha, arrow: to, about: `${edge.source}\n${edge.target}` });
}

/** A coordinate as a whole number, which is written in a tenth of the time. @param {number} place */
function fine(place) {
  return Math.round(place * 16);
}

/**
 * @param {number} x @param {number} y @param {string} content @param {number} size @param {string} fill
 * @param {'left' | 'center'} align @param {number} [weight] @param {number} [alpha]
 * @returns {TextMark}
 */
function text(x, y, content, size, fill, align, weight = 400, alpha = 1) {
  return { type: 'text', x, y, text: content, size, weight, fill, align, halo: null, alpha };
}
