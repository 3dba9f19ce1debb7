// Where an arrow key leads: up and down along edges, left and right to what stands beside.

import { say } from '../../lib/say.js';

/** @typedef {import('./model.js').Scene} Scene @typedef {{ path: string, x: number, y: number, group: string }} Stop */

/** Everything that the keyboard can stop at. @param {Scene} scene @returns {Stop[]} */
export function stopsOf({ nodes, pills }) {
  return [...nodes, ...pills.filter(({ copy }) => !copy)];
}

/**
 * The path to go to from `path`, or null. Up is the way of the data; where no edge leads on, the
 * nearest box in that direction is taken.
 * @param {Scene} scene @param {string} path @param {string} key of the keyboard
 */
export function walk(scene, path, key) {
  const stops = stopsOf(scene);
  const from = stops.find((stop) => stop.path === path);
  if (!from) return null;
  const along = key === 'ArrowUp' ? ahead(scene, path) : key === 'ArrowDown' ? behind(scene, path) : [];
  const places = new Map(stops.map((stop) => [stop.path, stop]));
  const reached = along.map((next) => places.get(next)).filter((stop) => stop !== undefined && stop.path !== path);
  if (reached.length) return nearest(reached, from).path;
  return inDirection(stops, from, key)?.path ?? null;
}

/** Who takes from a box: along edges, or beside whom it is tucked. @param {Scene} scene @param {string} path */
function ahead({ edges, pills }, path) {
  return [...edges.filter(({ edge }) => edge.source === path).map(({ edge }) => edge.target),
    ...pills.filter((pill) => pill.path === path && pill.side === 'left').map(({ host }) => host),
    ...pills.filter((pill) => pill.host === path && pill.side === 'right').map((pill) => pill.path)];
}

/** From whom a box takes. @param {Scene} scene @param {string} path */
function behind({ edges, pills }, path) {
  const found = edges.filter(({ edge }) => edge.target === path).map(({ edge }) => edge.source);
  const tucked = [...pills.filter((pill) => pill.path === path && pill.side === 'right').map(({ host }) => host),
    ...pills.filter((pill) => pill.host === path && pill.side === 'left').map((pill) => pill.path)];
  return found.length ? found : tucked;
}

/** @param {(Stop | undefined)[]} stops @param {Stop} from */
function nearest(stops, from) {
  const known = /** @type {Stop[]} */ (stops);
  const far = (/** @type {Stop} */ { x, y }) => Math.abs(x - from.x) + Math.abs(y - from.y) / 4;
  return known.reduce((best, stop) => (far(stop) < far(best) ? stop : best));
}

/** @param {Stop[]} stops @param {Stop} from @param {string} key */
function inDirection(stops, from, key) {
  const [dx, dy] = /** @type {Record<string, [number, number]>} */ ({ ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] })[key];
  let best = null;
  let least = Infinity;
  for (const stop of stops) {
    const along = (stop.x - from.x) * dx + (stop.y - from.y) * dy;
    const across = Math.abs((stop.x - from.x) * dy) + Math.abs((stop.y - from.y) * dx);
    const cost = along + 2 * across + (stop.group === from.group ? 0 : 1000);
    if (stop !== from && along > 1 && cost < least) {
      least = cost;
      best = stop;
    }
  }
  return best;
}

/**
 * What a screen reader says of a box or a pill.
 * @param {import('./model.js').DrawnNode | import('./model.js').DrawnPill} drawn
 */
export function describe(drawn) {
  const { child, path } = drawn;
  const beside = 'host' in drawn ? `, ${say('node.beside', { host: drawn.host })}` : '';
  const change = child.change ? `, ${say(`change.${child.change.kind}`)}` : '';
  if (child.kind === 'node') return `${path}, ${child.op}${beside}${change}`;
  const what = child.kind === 'series' ? say('walk.series', { blocks: say('count.block', { n: child.count }), nodes: say('count.node', { n: child.nodes }) }) : say('walk.group', { nodes: say('count.node', { n: child.nodes }) });
  return `${path}, ${what}${beside}, ${say('open' in drawn && drawn.open ? 'walk.open' : 'walk.closed')}${change}`;
}
