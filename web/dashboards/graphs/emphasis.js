// What stands out in the picture: the chosen node, what a trace reaches, alike blocks, colours.

import { fill, h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { COLOURINGS, colouringOf } from './colour.js';

/**
 * @param {import('../../app/types.js').Context} ctx @param {import('./place.js').Place} place @param {() => void} onChange
 */
export function createEmphasis(ctx, place, onChange) {
  /** @type {{ reached: Set<string>, text: string, order: string[] } | null} */
  let trace = null;
  /** @type {Set<string>} */
  let alike = new Set();
  /** @type {import('./colour.js').Colouring | null} */
  let colouring = null;
  /** @type {Map<string, number | string>} */
  let values = new Map();
  /** @type {import('./source.js').Source | null} */
  let source = null;
  const asked = new Set();

  const select = h('select', { 'aria-label': say('colour.by'), onchange: async () => {
    place.set('colour', select.value || null);
    if (source) await colour(source);
    onChange();
  } });
  fill(select, COLOURINGS.map(([value, text]) => h('option', { value, selected: value === (place.get('colour') ?? '') }, text)));
  const picker = h('label', { class: 'colour-by' }, say('colour.title'), select);

  /** @param {import('./source.js').Source} from */
  async function colour(from) {
    colouring = null;
    values = new Map();
    asked.clear();
    await more(from, '');
    await Promise.all([...from.known.keys()].filter((path) => path !== '').map((path) => more(from, path)));
  }
  /** The values of one group's children. @param {import('./source.js').Source} from @param {string} path */
  async function more(from, path) {
    const by = place.get('colour');
    if (!by || asked.has(path)) return;
    asked.add(path);
    const title = COLOURINGS.find(([value]) => value === by)?.[1] ?? by;
    const answer = await from.ask('values', { by, path: path || undefined });
    for (const [child, value] of Object.entries(answer.values)) if (value !== null) values.set(child, /** @type {number | string} */ (value));
    colouring ??= answer.legend === null && answer.labels === undefined ? nothing(title) : colouringOf(title, answer, ctx.theme.value);
  }
  /** @param {import('./source.js').Source} from */
  async function follow(from) {
    const [direction, path, to] = [place.get('trace'), place.node, place.get('to')];
    trace = null;
    if (!direction || path === null) return;
    if (direction === 'way') {
      const { nodes, groups } = await from.ask('path', { from: path, to: to ?? '' });
      trace = { reached: new Set(nodes ? [...nodes, ...Object.keys(groups)] : [path, to]), order: nodes ?? [], text: nodes ? say('trace.way', { n: nodes.length }) : say('trace.none', { from: path, to: to ?? '' }) };
      return;
    }
    const { nodes, groups, more: left } = await from.ask('trace', { path, direction });
    trace = { reached: new Set([path, ...nodes, ...Object.keys(groups)]), order: [], text: left ? say('trace.more', { n: nodes.length, more: left }) : '' };
  }
  return {
    picker,
    get colouring() {
      return colouring;
    },
    /** Asks for what the URL wants to stand out. @param {import('./source.js').Source} from */
    async ask(from) {
      if (source !== from) [source, colouring] = [from, null];
      await Promise.all([follow(from), colouring === null && place.get('colour') ? colour(from) : null]);
    },
    paths: () => trace?.order ?? [],
    message: () => trace?.text ?? '',
    /** @param {string[]} paths */
    alike(paths) {
      alike = new Set(paths);
    },
    clear() {
      trace = null;
      alike = new Set();
    },
    /** The theme has changed. @param {import('./source.js').Source} from */
    recolour(from) {
      if (colouring) colour(from).then(onChange);
    },
    /**
     * @param {import('./model.js').Scene} scene
     * @returns {import('./marks.js').Emphasis}
     */
    of(scene) {
      const opened = scene.nodes.filter(({ open, path }) => open && !asked.has(path)).map(({ path }) => path);
      if (colouring && source && opened.length) {
        const from = source;
        Promise.all(opened.map((path) => more(from, path))).then(onChange);
      }
      const paint = colouring;
      return {
        selected: place.node, alike, weight: null,
        traced: trace && withPorts(trace.reached, scene),
        paint: paint ? (child) => paint.paint(values.get(child.path)) ?? { fill: 'node', stroke: 'node-edge' } : null,
      };
    },
  };
}

/** @param {string} title @returns {import('./colour.js').Colouring} */
function nothing(title) {
  return { title: say('colour.none', { title }), unit: '', labels: [], bounds: null, gradient: '', paint: () => null };
}

/** A box that holds something reached is reached itself. @param {Set<string>} reached @param {import('./model.js').Scene} scene */
function withPorts(reached, scene) {
  const found = new Set(reached);
  const groupOf = new Map(scene.nodes.map(({ path, group }) => [path, group]));
  for (const path of reached) for (let at = groupOf.get(path); at; at = groupOf.get(at)) found.add(at);
  return found;
}
