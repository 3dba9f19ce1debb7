// What is known of the chosen node or group, beside the picture.

import { fill, h } from '../../lib/dom.js';
import { counted, formatStep } from '../../lib/format.js';
import { opsOf } from './model.js';

/** @param {(path: string) => void} onGo */
export function createPanel(onGo) {
  const element = h('section', { class: 'node-panel', 'aria-label': 'Selected node', 'aria-live': 'polite' });

  /** @param {{ path: string | null, name: string, shape: string }} link */
  function link({ path, name, shape }) {
    return h('li', null, path === null ? h('span', null, name)
      : h('button', { class: 'link', type: 'button', title: name, onclick: () => onGo(path) }, name), shape && h('span', { class: 'shape' }, shape));
  }
  /** @param {string} title @param {{ path: string | null, name: string, shape: string }[]} links */
  function part(title, links) {
    return links.length > 0 && [h('h3', null, `${title} `, h('span', { class: 'faint' }, links.length)), h('ul', null, links.map(link))];
  }
  return {
    element,
    none() {
      fill(element, h('p', { class: 'faint' }, 'Choose a node to see its op, attributes, inputs and outputs. Double-click a box, or press its +, to open it.'), legend());
    },
    /** @param {any} node an answer of api/graphs/node */
    node(node) {
      fill(element, h('h2', { class: 'node-title' }, node.name), h('p', null, h('span', { class: 'op-name' }, node.op), node.device && ` on ${node.device}`),
        part('Inputs', node.inputs), part('Control inputs', node.control_inputs),
        part('Outputs', node.outputs.map((/** @type {any} */ out) => ({ ...out, path: null }))), part('Consumers', node.consumers),
        node.attributes.length > 0 && [h('h3', null, 'Attributes'), h('dl', null, node.attributes.map((/** @type {any} */ a) => [h('dt', null, a.name), h('dd', null, a.value)]).flat())]);
    },
    /** @param {import('./model.js').Child} child */
    group(child) {
      fill(element, h('h2', { class: 'node-title' }, child.path), h('p', null, `Group of ${counted(child.nodes, 'node')}`),
        h('h3', null, 'Ops'), h('dl', null, opsOf(child).map(([op, n]) => [h('dt', null, op), h('dd', null, formatStep(n))]).flat()));
    },
    /** @param {string} message @param {() => void} retry */
    error(message, retry) {
      fill(element, h('p', { class: 'bad' }, message), h('button', { type: 'button', onclick: retry }, 'Try again'));
    },
  };
}

const LEGEND = [['group', 'name scope, with what is inside'], ['op', 'operation'], ['constant', 'constant or placeholder'],
  ['variable', 'variable'], ['summary', 'summary'], ['edge-data', 'tensor, with its shape'], ['edge-control', 'control: only the order']];

function legend() {
  return h('div', { class: 'legend' }, h('h3', null, 'Legend'),
    h('ul', null, LEGEND.map(([name, text]) => h('li', null, h('span', { class: `sample ${name}`, 'aria-hidden': 'true' }), text))));
}
