// One graph on the page: the picture with its tools, and beside it search and panel.
//
// What is on the screen follows from the URL (open boxes, what is pulled out, chosen, traced, by
// what it is coloured) and the server's answers; an action changes the URL and draws again.

import { fill, h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { createDrawing } from './drawing.js';
import { createEmphasis } from './emphasis.js';
import { exportMenu } from './export.js';
import { acceptFiles } from './drop.js';
import { createCrumbs } from './crumbs.js';
import { legend, scaleLegend } from './legend.js';
import { createPanel } from './panel.js';
import { createPicture } from './picture.js';
import { createSearch } from './search.js';
import { createSource } from './source.js';
import { createViews } from './views.js';

/**
 * @param {import('../../app/types.js').Context} ctx @param {import('./place.js').Place} place @param {HTMLElement} pickers
 * @param {() => void} onFile a file was dropped, and the URL says which
 */
export function createBoard(ctx, place, pickers, onFile) {
  const canvas = h('div', { class: 'graph-host', 'data-drop': say('graph.drop') });
  const note = h('div', { class: 'graph-note', role: 'status', 'data-own': '', hidden: true });
  const picture = createPicture(canvas, { onSelect: select, onToggle: toggle, onPullOut: (paths) => tuck(paths), onClear: clear, onLeave: (path) => path === '' && clear() });
  const panel = createPanel({ onGo: reveal, onAlike: showAlike, onTrace: trace, onWay: awaitEnd, onToggle: toggle, onTuck: (path) => tuck([path]) });
  const search = createSearch((q) => source.ask('search', { q }), reveal);
  const emphasis = createEmphasis(ctx, place, () => redraw());
  const crumbs = createCrumbs(reveal, () => { clear(); picture.fit(); });
  const views = createViews(ctx, place, () => source, reveal);
  const button = (/** @type {string} */ text, /** @type {string} */ label, /** @type {() => void} */ onclick) => h('button', { type: 'button', 'aria-label': label, title: label, onclick }, text);
  const tools = h('div', { class: 'graph-tools', 'data-own': '' }, button('+', say('graph.in'), () => picture.zoom(1.3)), button('−', say('graph.out'), () => picture.zoom(1 / 1.3)), button(say('graph.fit'), say('graph.fit.about'), () => picture.fit()));
  const bar = h('div', { class: 'graph-bar', 'data-own': '' }, emphasis.picker, views.buttons, exportMenu({ picture, place, source: () => source, views }));
  canvas.append(crumbs.element, bar, tools, note, views.element);
  const element = h('div', { class: 'split graphs' }, h('aside', null, pickers, search.element, panel.element, views.aside), canvas);

  /** @type {import('./source.js').Source} */
  let source = createSource(ctx.api, { run: null, graph: null }, null);
  const drawing = createDrawing(() => source, place);
  /** From where a way to the node that is chosen next is asked for. @type {string | null} */
  let way = null;

  /** @param {string} message @param {(() => void) | null} [retry] */
  function tell(message, retry = null) {
    note.hidden = !message;
    fill(note, h('p', { class: retry ? 'bad' : '' }, message), retry && h('button', { type: 'button', onclick: retry }, say('retry')));
  }
  /** @param {unknown} error @param {(() => void) | null} [retry] */
  function complain(error, retry = null) {
    const { name, message } = /** @type {Error} */ (error);
    if (name !== 'AbortError') tell(message, retry); // aborted: another graph is shown by now
  }
  /** The picture that is asked for; the panel waits for it. @type {Promise<unknown>} */
  let drawn = Promise.resolve();
  /** Draws what the URL says. @param {string | null} [held] a group that should stay where it is */
  async function draw(held = null) {
    const slow = setTimeout(() => tell(WAITING), 400);
    try {
      const asked = drawing.scene();
      drawn = asked.catch(() => null); // which this function tells of
      const scene = await asked;
      if (!scene) return;
      tell('');
      await new Promise((done) => setTimeout(done)); // a task of its own
      await picture.update(scene, emphasis.of(scene), held);
    } catch (error) {
      complain(error, () => draw());
    } finally {
      clearTimeout(slow);
      if (note.textContent === WAITING) tell('');
    }
  }
  function redraw() {
    picture.update(picture.scene, emphasis.of(picture.scene));
    if (place.node === null) describe();
  }
  /** @param {string} path */
  async function select(path) {
    if (way !== null && way !== path) {
      const from = way;
      way = null;
      place.set('trace', 'way');
      place.set('to', path);
      place.node = from;
      await reach();
      await openFor(emphasis.paths());
      return;
    }
    place.node = path;
    if (place.get('trace')) await reach();
    emphasis.alike([]);
    picture.update(picture.scene, emphasis.of(picture.scene));
    await describe();
  }
  function clear() {
    way = null;
    place.node = null;
    for (const key of ['trace', 'to']) place.set(key, null);
    emphasis.clear();
    tell('');
    picture.update(picture.scene, emphasis.of(picture.scene));
    describe();
  }
  async function describe() {
    const path = place.node;
    crumbs.show(path, drawing.within(path));
    if (path === null) {
      const { colouring } = emphasis;
      panel.none(legend(colouring && scaleLegend(colouring)));
      return;
    }
    try {
      const child = drawing.child(path);
      const opens = child !== undefined && child.kind !== 'node';
      await drawn; // the picture first
      const about = await source.node(path);
      if (path !== place.node) return;
      panel.show(about, { opens, open: place.open.has(path), tucked: drawing.tucked.has(path), out: place.out.has(path), change: child?.change ? changeText(child.change) : null });
    } catch (error) {
      if (/** @type {Error} */ (error).name !== 'AbortError') panel.error(/** @type {Error} */ (error).message, describe);
    }
  }
  /** @param {string} path */
  async function toggle(path) {
    const open = place.open;
    if (open.has(path)) for (const one of [...open]) {
      if (one === path || source.known.get(one)?.within.includes(path)) open.delete(one);
    } else open.add(path);
    place.open = open;
    const done = draw(path);
    if (place.node === path) describe();
    await done;
  }
  /** Pulls out what is tucked away, or tucks it away again. @param {string[]} paths */
  async function tuck(paths) {
    const out = place.out;
    for (const path of paths) {
      if (out.has(path)) out.delete(path);
      else out.add(path);
    }
    place.out = out;
    await draw();
    if (paths.length === 1) await select(paths[0]);
  }
  /** Opens what is around nodes. @param {string[]} paths */
  async function openFor(paths) {
    const open = place.open;
    for (const path of paths) for (const group of await drawing.around(path)) open.add(group);
    place.open = open;
    await draw();
  }
  /** Opens what is around a node, chooses it and brings it into view. @param {string} path */
  async function reveal(path) {
    views.close();
    await openFor([path]);
    await select(path);
    picture.centre(path);
  }
  /** @param {string[]} paths */
  async function showAlike(paths) {
    emphasis.alike(paths);
    await openFor(paths.slice(0, MOST_OPENED));
    picture.fit();
  }
  /** @param {string} direction */
  async function trace(direction) {
    const same = place.get('trace') === direction;
    place.set('trace', same ? null : direction);
    place.set('to', null);
    await reach();
    picture.update(picture.scene, emphasis.of(picture.scene));
  }
  /** Asks what the trace that the URL names reaches. */
  async function reach() {
    try {
      await emphasis.ask(source);
      tell(emphasis.message());
    } catch (error) {
      complain(error);
    }
  }
  /** @param {string} path */
  function awaitEnd(path) {
    way = path;
    tell(say('graph.way', { path }));
  }
  const stopTheme = ctx.theme.subscribe(() => {
    emphasis.recolour(source);
    picture.recolour();
  });
  const onEscape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape' && way !== null) clear();
  };
  element.addEventListener('keydown', onEscape);
  const stopFiles = acceptFiles(element, ctx.api, (graph, name) => {
    place.forget();
    place.set('run', null);
    place.set('against', null);
    place.set('graph', graph);
    place.set('file', name);
    onFile();
  }, tell);

  return {
    element,
    /** @param {import('./source.js').Chosen} chosen @param {string | null} against @param {string} notice told beside the picture; "" for none */
    async open(chosen, against, notice) {
      source.destroy();
      const mine = createSource(ctx.api, chosen, against);
      source = mine;
      drawing.forget();
      emphasis.clear();
      picture.clear();
      const asking = emphasis.ask(mine).catch(complain);
      await Promise.all([draw(), views.update()]);
      await asking;
      if (source !== mine) return;
      picture.update(picture.scene, emphasis.of(picture.scene));
      await describe();
      if (place.node) picture.show(place.node);
      if (notice) tell(notice);
    },
    destroy() {
      stopTheme();
      stopFiles();
      views.destroy();
      drawing.destroy();
      source.destroy();
      picture.destroy();
    },
  };
}

/** @param {import('./answers.js').Change} change */
function changeText({ kind, from, what }) {
  return [say(`change.${kind}`), from && say('change.from', { name: from }), ...(what ?? [])].filter(Boolean).join(', ');
}

const WAITING = say('graph.waiting');
const MOST_OPENED = 12; // groups around alike blocks that are opened at once
