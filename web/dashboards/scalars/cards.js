// Which cards there are, and in which order: pure functions.
//
// What was pinned comes first, then the cards that somebody made, then a card for each tag. A card
// stands in one place only.

import { numbersOf } from '../../lib/move.js';
import { createSearch } from '../../lib/search.js';
import { tagsOfMargins } from './margins.js';
import { say } from '../../lib/say.js';
import { flattened, isOpen, listOf, openingOf, readFolds, treeOf } from './tree.js';

/**
 * @typedef {import('./model.js').Tag} Tag
 *
 * @typedef {object} Own a card that somebody made
 * @property {string} title
 * @property {string[]} [tags] by hand
 * @property {string} [match] or all that match a regular expression
 *
 * @typedef {object} Card
 * @property {'card'} kind
 * @property {string} key
 * @property {string} title
 * @property {string} description
 * @property {Tag[]} tags
 * @property {boolean} pinned
 * @property {boolean} wide
 * @property {boolean} alone it is the only one on the page, which is all its
 * @property {boolean} cursors it has pinned cursors
 * @property {Own | null} own null for the card of a tag
 * @property {import('./margins.js').Margin[] | null} margins of a chart that the log asks for
 *
 * @typedef {{ kind: 'head', key: string, path: string, name: string, depth: number, count: number, open: boolean }} Head
 *   a heading; path "" for one that does not fold
 * @typedef {{ kind: 'line', key: string, aside: number, shown: boolean }} Line how many cards have no data for the selected
 *   runs, and whether they are shown
 * @typedef {Card | Head | Line} Item
 *
 * @typedef {object} Choice what of the tags is shown, and how
 * @property {string} text of the search
 * @property {boolean} regex
 * @property {string[]} pins keys of cards
 * @property {string[]} wide keys of cards
 * @property {(key: string) => boolean} [hasCursors] whether a card has pinned cursors
 * @property {Own[]} own
 * @property {boolean} withEmpty whether cards without data for the shown runs are shown
 * @property {import('./tree.js').Folds} folds
 */

export const MOST_TAGS = 60; // in a card, however many match

/**
 * @param {(key: string) => string | null} get of the URL
 * @returns {Choice}
 */
export function readChoice(get) {
  return {
    text: get('tags') ?? '',
    regex: get('match') === 'regex',
    pins: listOf(get('pins')),
    wide: listOf(get('wide')),
    own: ownOf(get('cards')),
    withEmpty: get('empty') === 'shown',
    folds: readFolds(get),
  };
}

/** @param {string | null} text @returns {Own[]} */
function ownOf(text) {
  try {
    const found = JSON.parse(text ?? '[]');
    return Array.isArray(found) ? found.filter(isOwn) : [];
  } catch {
    return [];
  }
}

/** @param {any} item */
function isOwn(item) {
  return typeof item?.title === 'string' && (typeof item.match === 'string' || listOf(JSON.stringify(item.tags ?? null)).length > 0);
}

/** @param {string} tag */
export const keyOfTag = (tag) => `tag ${tag}`;
/** @param {Own} own */
export const keyOfOwn = (own) => `own ${own.title}`;

/**
 * The tags of an answer, whose runs are ranges of places in its list of runs. Tags that the same runs
 * have share one list.
 * @param {{ runs: string[], tags: (Omit<Tag, 'runs'> & { runs: string })[] }} answer
 * @returns {Tag[]}
 */
export function tagsFrom({ runs, tags }) {
  /** @type {Map<string, string[]>} */
  const lists = new Map();
  const listOfRuns = (/** @type {string} */ text) => {
    const known = lists.get(text) ?? numbersOf(text).map((number) => runs[number]);
    lists.set(text, known);
    return known;
  };
  return tags.map((tag) => ({ ...tag, runs: listOfRuns(tag.runs) }));
}

/**
 * The tags of a card that somebody made, in the order of the log.
 * @param {Own} own
 * @param {Tag[]} tags
 */
export function tagsOf(own, tags) {
  if (own.match === undefined) {
    const known = new Map(tags.map((tag) => [tag.tag, tag]));
    return (own.tags ?? []).flatMap((name) => known.get(name) ?? []).slice(0, MOST_TAGS);
  }
  const { test } = createSearch(own.match, true);
  return tags.filter(({ tag }) => test(tag) >= 0).slice(0, MOST_TAGS);
}

/**
 * @typedef {object} Category charts that the log asks for, as `api/scalars/layout` tells them
 * @property {string} title
 * @property {boolean} closed whether they are folded at first
 * @property {({ title: string, kind: 'multiline', tags: string[] } | { title: string, kind: 'margin', margins: import('./margins.js').Margin[] })[]} charts
 */

/** Whether a category of charts is open. @param {Category} category @param {import('./tree.js').Folds} folds */
function isOpenCategory({ title, closed }, { all, open, folded }) {
  const path = pathOf(title);
  return open.has(path) || (!folded.has(path) && (all ? all === 'open' : !closed));
}

/** What a category is called among folds. @param {string} title */
const pathOf = (title) => `layout ${title}`;

/**
 * Headings and cards in the order of the page.
 * @param {Tag[]} tags
 * @param {Choice} choice
 * @param {(tag: Tag) => boolean} hasData whether any shown run has the tag
 * @param {Category[]} [layout]
 * @returns {{ items: Item[], found: number, aside: number, folds: boolean, error: string }} found: how many cards the
 *   search finds; aside: of those, how many have no data; folds: whether there are headings that fold
 */
export function arranged(tags, choice, hasData, layout = []) {
  const { test, error } = createSearch(choice.text, choice.regex);
  const scored = tags.map((tag) => ({ tag, score: test(tag.tag) })).filter(({ score }) => !Number.isNaN(score));
  const searching = choice.text.trim() !== '';
  const ranked = searching && !choice.regex;
  if (ranked) scored.sort((a, b) => b.score - a.score);
  const having = scored.filter(({ tag }) => hasData(tag));
  const full = choice.withEmpty ? scored : having;
  const aside = scored.length - having.length;
  const pins = new Set(choice.pins);
  const wide = new Set(choice.wide);
  const named = choice.own.filter(({ title }) => !Number.isNaN(test(title)));
  const alone = named.length + full.length === 1;
  const made = (/** @type {string} */ key, /** @type {string} */ title, /** @type {Tag[]} */ of, /** @type {Own | null} */ own) => ({
    ...cardOf(key, title, of, own), pinned: pins.has(key), wide: alone || wide.has(key), alone, cursors: choice.hasCursors?.(key) ?? false,
  });
  const card = (/** @type {Tag} */ tag) => made(keyOfTag(tag.tag), tag.display_name || tag.tag, [tag], null);
  const own = named.map((one) => made(keyOfOwn(one), one.title, tagsOf(one, tags), one));
  const known = new Map(tags.map((tag) => [tag.tag, tag]));
  const charts = layout.map((category) => ({
    category,
    cards: category.charts.map((chart) => {
      const margins = chart.kind === 'margin' ? chart.margins : null;
      const of = chart.kind === 'margin' ? tagsOfMargins(chart.margins, known) : chart.tags.flatMap((name) => known.get(name) ?? []).slice(0, MOST_TAGS);
      return { ...made(`chart ${category.title}/${chart.title}`, chart.title, of, null), margins };
    }).filter((one) => one.tags.some(hasData) && [one.title, category.title, ...one.tags.map(({ tag }) => tag)].some((name) => !Number.isNaN(test(name)))),
  })).filter(({ cards }) => cards.length);
  const asked = charts.flatMap(({ cards }) => cards);
  const pinned = [...own, ...asked, ...full.filter(({ tag }) => pins.has(keyOfTag(tag.tag))).map(({ tag }) => card(tag))].filter(({ key }) => pins.has(key));
  pinned.sort((a, b) => choice.pins.indexOf(a.key) - choice.pins.indexOf(b.key));
  const mine = own.filter(({ key }) => !pins.has(key));
  const rest = full.map(({ tag }) => tag).filter((tag) => !pins.has(keyOfTag(tag.tag)));
  const root = treeOf(rest);
  const { depth, first } = openingOf(root);
  const open = (/** @type {import('./tree.js').Node} */ node) => isOpen(node, searching ? { ...choice.folds, all: 'open' } : choice.folds, { depth, first });
  const listed = ranked ? rest.map(card) : flattened(root, open, (tag) => card(tag)).map((item) => ('card' in item ? item.card : headOf(item.head, item.open)));
  const laid = charts.flatMap(({ category, cards }) => {
    const rest = cards.filter(({ key }) => !pins.has(key));
    const open = searching || isOpenCategory(category, choice.folds);
    const path = pathOf(category.title);
    return rest.length ? [{ kind: 'head', key: `head ${path}`, path, name: category.title, depth: 1, count: rest.length, open }, ...(open ? rest : [])] : [];
  });
  const items = /** @type {Item[]} */ ([
    ...titled(say('cards.pinned'), pinned), ...titled(say('cards.mine'), mine), ...laid,
    ...(pinned.length || mine.length || laid.length ? apart(listed, say(ranked ? 'cards.found' : 'cards.other')) : listed),
    ...(aside ? [{ kind: 'line', key: `aside ${aside} ${choice.withEmpty}`, aside, shown: choice.withEmpty }] : []),
  ]);
  return { items, found: scored.length + own.length + asked.length, aside, folds: laid.length > 0 || (!ranked && root.children.length > 0), error };
}

/**
 * @param {string} key @param {string} title @param {Tag[]} tags @param {Own | null} own
 * @returns {Pick<Card, 'kind' | 'key' | 'title' | 'description' | 'tags' | 'own' | 'margins'>}
 */
function cardOf(key, title, tags, own) {
  const description = tags.length === 1 && !own ? tags[0].description : '';
  return { kind: 'card', key, title, description, tags, own, margins: null };
}

/** @param {import('./tree.js').Node} node @param {boolean} open @returns {Head} */
function headOf({ path, name, depth, count }, open) {
  return { kind: 'head', key: `head ${path}`, path, name, depth, count, open };
}

/** @param {string} name @param {any[]} cards @returns {Item[]} */
function titled(name, cards) {
  return cards.length ? [{ kind: 'head', key: `part ${name}`, path: '', name, depth: 1, count: cards.length, open: true }, ...cards] : [];
}

/** Items whose first cards are not to look as if they belonged to the heading before them. @param {any[]} items @param {string} name @returns {Item[]} */
function apart(items, name) {
  const end = items.findIndex(({ kind }) => kind !== 'card');
  const first = end < 0 ? items : items.slice(0, end);
  return [...titled(name, first), ...items.slice(first.length)];
}

/**
 * Items as they were where they are as they were, so that nothing is drawn anew for them.
 * @param {Map<string, Item>} before
 * @param {Item[]} items
 * @returns {Item[]}
 */
export function reused(before, items) {
  return items.map((item) => {
    const old = before.get(item.key);
    return old && alike(old, item) ? old : item;
  });
}

/** @param {any} a @param {any} b */
function alike(a, b) {
  return Object.keys(b).every((name) => a[name] === b[name] || (name === 'tags' && a.tags.length === b.tags.length
    && a.tags.every((/** @type {Tag} */ tag, /** @type {number} */ i) => tag === b.tags[i])));
}

/**
 * What is wrong with a card that somebody makes, in words; "" if nothing is.
 * @param {Own} own
 * @param {Own[]} others
 */
export function checkedOwn(own, others) {
  if (own.match !== undefined) {
    if (!own.match) return say('own.write');
    const { error } = createSearch(own.match, true);
    if (error) return error;
  } else if (!own.tags?.length) return say('own.choose');
  return others.some(({ title }) => title === own.title) ? say('own.taken', { title: own.title }) : '';
}

/**
 * The cards after one was made (before is null), changed or taken away (after is null).
 * @param {Own[]} list @param {Own | null} before @param {Own | null} after
 */
export function withOwn(list, before, after) {
  const at = before ? list.findIndex(({ title }) => title === before.title) : -1;
  if (at < 0) return after ? [...list, after] : list;
  return [...list.slice(0, at), ...(after ? [after] : []), ...list.slice(at + 1)];
}

/** A list with an item put in or taken out. @param {string[]} list @param {string} key @param {boolean} is */
export function withKey(list, key, is) {
  const rest = list.filter((item) => item !== key);
  return is ? [...rest, key] : rest;
}
