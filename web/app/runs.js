// The runs: which there are, which of them are selected and match the filter, and how each is drawn. A
// run keeps its style while others come and go, and has the same one in every chart.

import { FIXED, tagOf } from '../lib/column_keys.js';
import { colouringOf } from '../lib/colouring.js';
import { styleOf } from '../lib/colours.js';
import { createMemory, createNumbering } from '../lib/numbering.js';
import { readFilter } from '../lib/run_filter.js';
import { labelsOf } from '../lib/run_labels.js';
import { FEW, MOST_AT_FIRST, newest, selectedOf, writtenOf } from '../lib/selection.js';
import { say } from '../lib/say.js';
import { computed, signal } from '../lib/signal.js';
import { createRunFacts } from './run_facts.js';
import { createRunGroups } from './run_groups.js';

// Characters of run ids in a URL.
const LONGEST_LIST = 2000;
// What of the URL says which runs are shown, and how they are coloured.
const SELECTING = ['only', 'hidden', 'selected', 'filter', 'filter_as'];
const COLOURING = ['colour', 'colours'];

/**
 * @typedef {{ id: string, name: string, first_wall_time: number | string | null }} Run
 * @typedef {import('../lib/colours.js').Style & { label: string }} RunStyle
 * @typedef {import('../lib/run_filter.js').Filter & { matching: Set<string> | null, waiting: boolean }} RunFilter
 *   matching: null while every run does. waiting: for what the filter looks at; until then the last one holds
 */

/**
 * @param {import('./state.js').State} state
 * @param {import('../lib/signal.js').Signal<'light' | 'dark'>} theme
 * @param {import('../lib/signal.js').Signal<import('./types.js').Status>} status
 * @param {Pick<Storage, 'getItem' | 'setItem'>} storage where the runs' numbers are remembered
 * @param {import('./api.js').Api} api
 */
export function createRuns(state, theme, status, storage, api) {
  const facts = createRunFacts(api);
  const list = signal(/** @type {Run[]} */ ([]));
  const selected = signal(/** @type {Set<string>} */ (new Set()));
  const shown = signal(/** @type {Set<string>} */ (new Set()));
  const filter = signal(/** @type {RunFilter} */ ({ ...readFilter('', null, () => null, () => ''), matching: null, waiting: false }));
  const styles = signal(0);
  /** @type {import('../lib/signal.js').Signal<import('../lib/colouring.js').Colouring | null>} */
  const colouring = signal(/** @type {import('../lib/colouring.js').Colouring | null} */ (null));
  const numbering = createNumbering(createMemory(storage, () => status.value.logdir));
  let ids = /** @type {string[]} */ ([]);
  /** @type {Map<string, Run>} */
  let byId = new Map();
  let cursor = '';
  let label = labelsOf([]);
  /** What is selected where the URL says nothing. @type {Set<string> | null} */
  let beginning = null;
  let begun = false;
  let writing = false;
  /** @type {string} what the filter, the selection and the colours were made of */
  let read = '';
  let coloured = '';
  /** @type {Record<string, string>} */
  let byHand = {};
  /** @type {Map<string, RunStyle>} */
  let kept = new Map();

  const groups = createRunGroups(state, facts, {
    list: () => list.value, numberOf: (id) => numbering.of(id), matching: () => filter.value.matching, shown: () => shown.value,
  });

  const isWhole = () => status.value.phase === 'ready';

  /** Of very many runs the newest are selected, until the page is told otherwise; those that come later join them. */
  function begin() {
    if (begun) {
      if (beginning) for (const id of ids) if (!known.has(id)) beginning.add(id);
    } else {
      beginning = list.value.length > MOST_AT_FIRST ? newest(list.value, FEW) : null;
      begun = list.value.length > 0 && isWhole();
    }
    known = new Set(ids);
  }
  let known = new Set(ids);

  function resolve() {
    if (writing) return;
    if (looked(SELECTING) !== read) select();
    groups.update();
    if (looked(COLOURING) !== coloured) paint();
  }
  const looked = (/** @type {string[]} */ keys) => JSON.stringify(keys.map((key) => state.get(key)));
  function select() {
    read = looked(SELECTING);
    const next = selectedOf(list.value, { only: state.get('only'), hidden: state.get('hidden'), all: state.get('selected') }, beginning);
    if (!same(next, selected.value)) selected.value = next;
    match();
  }
  /** Finds the runs that match; a filter that cannot be read yet leaves the last one in force. */
  function match() {
    const text = state.get('filter') ?? '';
    /** @type {Set<string> | null} looked for when an expression names one */
    let names = null;
    const known = () => (names ??= new Set(facts.paramNames(list.value)));
    // before the answer is there any name may be a hyper-parameter's
    const column = (/** @type {string} */ name) => columnOf(name, known()) ?? (facts.answer.value ? null : `param:${name}`);
    const next = readFilter(text, /** @type {any} */ (state.get('filter_as')), column, (name) => suggested(name, known()));
    if (next.mode === 'expression' && text.trim()) facts.want('filter', tagsOf(next.columns));
    else facts.want('filter', null);
    const waiting = next.mode === 'expression' && Boolean(text.trim()) && !facts.knows(next.columns);
    let { matching } = filter.value;
    if (!text.trim()) matching = null;
    else if (next.test && !waiting) matching = matchingOf(next.test);
    if (matching && filter.value.matching && same(matching, filter.value.matching)) matching = filter.value.matching;
    filter.value = { ...next, matching, waiting };
    show();
  }
  /** @param {NonNullable<import('../lib/run_filter.js').Filter['test']>} test */
  function matchingOf(test) {
    const found = new Set();
    for (const run of list.value) if (test(run.name, (column) => facts.value(run, column))) found.add(run.id);
    return found;
  }
  function show() {
    const { matching } = filter.value;
    const next = matching ? new Set([...selected.value].filter((id) => matching.has(id))) : selected.value;
    if (!same(next, shown.value)) shown.value = new Set(next);
  }
  /** Finds the colours anew. */
  function paint() {
    const by = state.get('colour');
    coloured = looked(COLOURING);
    facts.want('colour', by ? tagsOf([by]) : null);
    byHand = objectIn(state.get('colours'));
    const inOrder = by ? [...ids].sort((a, b) => numbering.of(a) - numbering.of(b)) : [];
    colouring.value = by ? colouringOf(inOrder, (id) => facts.value(/** @type {Run} */ (byId.get(id)), by), theme.value) : null;
    kept = new Map();
    styles.value += 1;
  }
  function learned() {
    groups.update();
    if (filter.value.mode === 'expression' && filter.value.text.trim()) match();
    if (state.get('colour')) paint();
  }

  state.subscribe(resolve);
  theme.subscribe(paint);
  facts.answer.subscribe(learned);
  groups.groups.subscribe(paint);
  let phase = '';
  status.subscribe((next) => {
    if (next.phase === phase) return;
    phase = next.phase;
    renew(numbering.update(list.value, isWhole()));
  });
  /** After another list, or when it is known when each run began. @param {boolean} moved whether known runs look different now */
  function renew(moved) {
    begin();
    groups.update(moved);
    if (moved || state.get('colour') || !styles.value) paint();
    select();
  }

  return {
    list,
    /** The runs that are drawn: selected, and matching the filter. */
    shown,
    selected,
    filter,
    facts,
    groups,
    /** Another number whenever a run may look different. */
    styles,
    /** How runs are coloured by a value; null while each has a colour of its own. */
    colouring,
    /** How many are selected at first where not all are; 0 where all are. */
    few: computed(() => (beginning && !['only', 'hidden', 'selected'].some((key) => state.get(key)) ? selected.value.size : 0), selected),
    /** The ids in the order of the list; a move tells their numbers. */
    get ids() {
      return ids;
    },
    /** As of which cursor the list is known. */
    get cursor() {
      return cursor;
    },
    /** @param {Run[]} runs @param {string} [asOf] cursor */
    set(runs, asOf = '') {
      cursor = asOf;
      ids = runs.map((run) => run.id);
      byId = new Map(runs.map((run) => [run.id, run]));
      label = labelsOf(runs.map((run) => run.name));
      kept = new Map();
      const moved = numbering.update(runs, isWhole());
      list.value = runs;
      renew(moved);
    },
    /** Selects exactly these runs. Whichever list is shorter goes into the URL. @param {Set<string>} next */
    show(next) {
      const { only, hidden, all } = writtenOf(list.value, next, beginning);
      write({ only, hidden, selected: all });
    },
    /** Filters the runs. @param {string} text @param {string | null} as the mode; null as the text looks */
    search(text, as) {
      write({ filter: text || null, filter_as: as });
    },
    /** Colours runs by a column, or each for itself. @param {string | null} column */
    colourBy(column) {
      write({ colour: column });
    },
    /** Gives a run a colour by hand, or takes it back. @param {string} id @param {string | null} color */
    colour(id, color) {
      const { [id]: _, ...others } = byHand;
      const next = color ? { ...others, [id]: color } : others;
      write({ colours: Object.keys(next).length ? JSON.stringify(next) : null });
    },
    /** Colours as a fresh browser gives them: by when runs began, none by hand. */
    resetColours() {
      numbering.forget(list.value);
      coloured = '';
      write({ colour: null, colours: null });
    },
    /** Whether a run's colour was set by hand. @param {string} id */
    isByHand: (id) => id in byHand,
    /** The runs to load first, where only some are shown: as many as a URL takes. */
    watched() {
      if (shown.value.size === list.value.length) return undefined;
      let length = 0;
      return [...shown.value].filter((id) => (length += id.length + 5) < LONGEST_LIST);
    },
    /** @param {string} id @returns {RunStyle} color, dash, and a short name */
    style(id) {
      const known = kept.get(id);
      if (known) return known;
      const group = groups.find(id);
      const style = group ? groups.style(group, theme.value, colouring.value, state.get('colour')) : (colouring.value?.of(id) ?? styleOf(numbering.of(id), theme.value));
      const made = { color: byHand[id] ?? style.color, dash: style.dash, label: group?.label ?? label(byId.get(id)?.name ?? id) };
      kept.set(id, made);
      return made;
    },
    /** Groups the runs, or no longer. @param {string | null} grouping as it is written */
    groupBy(grouping) {
      write({ group: grouping });
    },
    /** A run's colour in another light than the page's. @param {string} id @param {import('../lib/colours.js').Light} light */
    colourIn(id, light) {
      const by = state.get('colour');
      const inOrder = by ? [...ids].sort((a, b) => numbering.of(a) - numbering.of(b)) : [];
      const coloured = by ? colouringOf(inOrder, (each) => facts.value(/** @type {Run} */ (byId.get(each)), by), light) : null;
      const group = groups.find(id);
      const style = group ? groups.style(group, light, coloured, by) : coloured?.of(id) ?? styleOf(numbering.of(id), light);
      return byHand[id] ?? style.color;
    },
    /** The run of that id. @param {string} id */
    find: (id) => byId.get(id),
  };

  /** Changes several values of the URL, and then looks once. @param {Record<string, string | null>} values */
  function write(values) {
    writing = true;
    for (const [key, value] of Object.entries(values)) if (state.get(key) !== value) state.set(key, value);
    writing = false;
    resolve();
  }
}

/** @param {Set<string>} a @param {Set<string>} b */
function same(a, b) {
  return a.size === b.size && [...a].every((id) => b.has(id));
}

/** @param {Iterable<string>} columns */
function tagsOf(columns) {
  return [...columns].map(tagOf).filter((tag) => tag !== null);
}

/** The column of a name in an expression. @param {string} name @param {Set<string>} params */
function columnOf(name, params) {
  if (FIXED.includes(name)) return name;
  const param = name.startsWith('param.') && !params.has(name) ? name.slice(6) : name;
  return params.has(param) ? `param:${param}` : null;
}

/** @param {string} name @param {Set<string>} params */
function suggested(name, params) {
  const all = [...FIXED, ...params];
  const lower = name.toLowerCase();
  const near = all.find((one) => one.toLowerCase() === lower) ?? all.find((one) => one.toLowerCase().startsWith(lower) || lower.startsWith(one.toLowerCase()));
  return near ? say('filter.near', { name: near }) : say('filter.there', { names: `${all.slice(0, 12).join(', ')}${all.length > 12 ? ', …' : ''}` });
}

/** @param {string | null} text JSON of an object; a link that was cut says nothing @returns {Record<string, string>} */
function objectIn(text) {
  try {
    const found = JSON.parse(text ?? '{}');
    return Object.fromEntries(Object.entries(found).filter(([, color]) => /^#[0-9a-f]{6}$/i.test(String(color))));
  } catch {
    return {};
  }
}

/** @typedef {ReturnType<typeof createRuns>} Runs */
