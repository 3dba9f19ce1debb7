// The commands of the page around the dashboards, and the keys of the parts that act for themselves.

import { say } from '../lib/say.js';
import { CHOICES } from './theme.js';

/**
 * @param {import('./types.js').Context} ctx
 * @param {{ dashboards: { id: string, title: string }[], theme: import('../lib/signal.js').Signal<import('./theme.js').Choice>,
 *     keys: () => void, palette: () => void, details: () => void }} page dashboards: with the titles that people see
 * @returns {import('./commands.js').Command[]}
 */
export function pageCommands({ runs, state }, { dashboards, theme, keys, palette, details }) {
  return [
    { name: say('command.palette'), place: 'page', keys: 'Mod+K', act: palette },
    { name: say('command.keys'), place: 'page', keys: '?', act: keys },
    { name: say('command.filter'), place: 'page', keys: '/', act: () => /** @type {HTMLElement | null} */ (document.querySelector('[data-filter]'))?.focus() },
    ...dashboards.map(({ id, title }) => ({
      name: say('command.go', { page: title }), place: /** @type {const} */ ('page'), keys: `g ${id[0]}`, when: () => state.dashboard !== id, act: () => state.go(state.hash(id)),
    })),
    { name: say('command.details'), place: 'page', act: details },
    { name: say('command.runs.all'), place: 'page', when: () => runs.selected.value.size < runs.list.value.length, act: () => runs.show(new Set(runs.ids)) },
    { name: say('command.runs.clear'), place: 'page', when: () => runs.filter.value.text !== '', act: () => runs.search('', state.get('filter_as')) },
    ...CHOICES.map((choice) => ({
      name: `${say('look.theme')}: ${say(`look.theme.${choice}`)}`, place: /** @type {const} */ ('page'), when: () => theme.value !== choice, act: () => (theme.value = choice),
    })),
    ...OWN_KEYS,
  ];
}

/** What parts do by keys of their own while they have the focus. @type {import('./commands.js').Command[]} */
const OWN_KEYS = [
  { place: 'chart', keys: '← →', name: say('keys.chart.move') },
  { place: 'chart', keys: '+ − 0', name: say('keys.chart.zoom') },
  { place: 'chart', keys: say('keys.drag'), name: say('keys.chart.drag') },
  { place: 'chart', keys: say('keys.click'), name: say('keys.chart.pin') },
  { place: 'chart', keys: 'n o l t f', name: say('keys.chart.letters') },
  { place: 'chart', keys: 'Enter', name: say('keys.chart.enter') },
  { place: 'chart', keys: 'Esc', name: say('keys.chart.escape') },
  { place: 'chart', keys: say('keys.double'), name: say('keys.chart.double') },
  { place: 'runs', keys: '↑ ↓ ← →', name: say('keys.runs.walk') },
  { place: 'runs', keys: 'Space', name: say('keys.runs.check') },
  { place: 'runs', keys: 'Enter', name: say('keys.runs.only') },
  { place: 'runs', keys: 'c', name: say('keys.runs.colour') },
  { place: 'graph', keys: 'Enter', name: say('keys.graph.enter') },
  { place: 'graph', keys: '↑ ↓ ← →', name: say('keys.graph.walk') },
  { place: 'graph', keys: 'Esc', name: say('keys.graph.escape') },
  { place: 'graph', keys: '+ − 0', name: say('keys.graph.zoom') },
];
