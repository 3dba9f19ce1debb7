// Groups of runs, as the URL asks for them. They are made of all runs, so that each keeps its number, and with it its
// colour, while the filter and the selection change.
//
// Of a group count the runs that match the filter, whether they are checked or not: checks say what is drawn. So no
// check changes a group's curve; who wants a run out of its group says so in the filter, which everybody can read.

import { styleOf } from '../lib/colours.js';
import { crc32 } from '../lib/crc32.js';
import { PREFIX, factorsOf, groupingIn, groupsOf, suggestionOf } from '../lib/grouping.js';
import { signal } from '../lib/signal.js';

/**
 * @typedef {import('../lib/grouping.js').Group} Group
 * @typedef {import('./runs.js').Run} Run
 * @typedef {{ waiting: boolean, list: Group[] }} Groups waiting: it is not known yet which runs belong together
 */

/**
 * @param {Pick<import('./state.js').State, 'get'>} state
 * @param {import('./run_facts.js').RunFacts} facts
 * @param {{ list: () => Run[], numberOf: (id: string) => number, matching: () => Set<string> | null, shown: () => Set<string> }} of
 */
export function createRunGroups(state, facts, of) {
  const groups = signal(/** @type {Groups | null} */ (null));
  /** @type {Map<string, Group>} */
  let byId = new Map();
  /** @type {Map<string, Group>} */
  let byRun = new Map();
  let made = '';
  /** @type {{ list: Run[], print: string, places: Map<string, number> }} */
  let listed = { list: [], print: '', places: new Map() };

  const valueOf = (/** @type {Run} */ run, /** @type {string} */ name) => facts.value(run, `param:${name}`);
  const factors = () => factorsOf(of.list(), facts.paramNames(of.list()), valueOf);

  /** @type {any[]} what the groups were made of */
  let from = [];
  /** Finds the groups anew, if what they are made of has changed. @param {boolean} [moved] whether runs have other numbers now */
  function update(moved = false) {
    const next = [state.get('group'), of.list(), facts.answer.value];
    if (!moved && next.every((one, i) => one === from[i])) return;
    from = next;
    const grouping = groupingIn(state.get('group'));
    facts.want('group', grouping ? [] : null);
    if (!grouping) {
      take(null);
      return;
    }
    if (!facts.answer.value) {
      if (!groups.value) take({ waiting: true, list: [] });
      return;
    }
    const runs = [...of.list()].sort((a, b) => of.numberOf(a.id) - of.numberOf(b.id));
    const list = groupsOf(runs, grouping, factors(), valueOf);
    const text = JSON.stringify(list.map(({ id, ids, label, differs }) => [id, ids, label, differs]));
    if (groups.value && !groups.value.waiting && text === made) return;
    made = text;
    take({ waiting: false, list });
  }
  /** @param {Groups | null} next */
  function take(next) {
    if (next === null && groups.value === null) return;
    byId = new Map(next?.list.map((group) => [group.id, group]));
    byRun = new Map(next?.list.flatMap((group) => group.ids.map((id) => [id, group])));
    groups.value = next;
  }
  /** @param {Group} group */
  function members({ ids }) {
    const matching = of.matching();
    return matching ? ids.filter((id) => matching.has(id)) : ids;
  }
  return {
    /** Null while runs are not grouped. */
    groups,
    update,
    factors,
    /** What the runs suggest to be grouped by. */
    suggestion: () => suggestionOf(of.list(), factors(), valueOf),
    /** The group of that id. @param {string} id @returns {Group | undefined} */
    find: (id) => (id.startsWith(PREFIX) ? byId.get(id) : undefined),
    /** The group that a run is in. @param {string} id of the run @returns {Group | undefined} */
    groupOf: (id) => byRun.get(id),
    members,
    /** The groups that are drawn: of which a run is shown. */
    drawn() {
      const shown = of.shown();
      return (groups.value?.list ?? []).filter(({ ids }) => ids.some((id) => shown.has(id)));
    },
    /** Whether a group, or a run, is drawn. @param {string} id */
    isDrawn(id) {
      const shown = of.shown();
      const group = byId.get(id);
      return group ? group.ids.some((one) => shown.has(one)) : shown.has(id);
    },
    /**
     * How a group looks, beside colours by hand.
     * @param {Group} group @param {import('../lib/colours.js').Light} light
     * @param {import('../lib/colouring.js').Colouring | null} colouring @param {string | null} by the column of the colouring
     */
    style(group, light, colouring, by) {
      const own = styleOf(group.number, light);
      const isCommon = colouring && by?.startsWith('param:') && group.values.has(by.slice(6));
      return isCommon ? { color: colouring.of(group.ids[0]).color, dash: own.dash } : own;
    },
    /** How questions name the list of runs, and the runs in it. */
    numbers() {
      const list = of.list();
      if (listed.list !== list) listed = { list, print: crc32(list.map(({ id }) => id).join('\n')), places: new Map(list.map(({ id }, place) => [id, place])) };
      const { print, places } = listed;
      return { of: print, text: (/** @type {readonly string[]} */ ids) => rangesOf(ids.map((id) => places.get(id) ?? -1).filter((place) => place >= 0)) };
    },
  };
}

/** @typedef {ReturnType<typeof createRunGroups>} RunGroups */

/** Numbers as "0-3,7". @param {number[]} numbers @returns {string} */
export function rangesOf(numbers) {
  const parts = /** @type {[number, number][]} */ ([]);
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',');
}
