// What stands where data is to come: why there is none, and how to get some.

import { h } from '../lib/dom.js';

/**
 * @param {import('../app/types.js').Status} status
 * @param {string} what "scalars"
 * @param {(folder: string) => string} example lines that write some there
 * @returns {HTMLElement}
 */
export function emptyState(status, what, example) {
  const path = h('code', null, status.logdir);
  if (status.phase === 'missing') {
    return section('This folder does not exist', [h('p', null, path),
      h('p', null, 'Check the path that neuronboard was started with. As soon as the folder is there, its runs appear here.')]);
  }
  if (status.phase === 'loading') return section('Loading…', [h('p', null, path)]);
  const title = status.phase === 'empty' ? 'There are no event files in this folder yet' : `There are no ${what} in this log yet`;
  return section(title, [h('p', null, path),
    h('p', null, 'Write some, and they appear here by themselves:'), h('pre', null, h('code', null, example(`${folderOf(status.logdir)}/first`)))]);
}

/**
 * The log directory, or the first of several that stand under names.
 * @param {string} logdir "PATH" or "name:PATH,name:PATH"
 */
export function folderOf(logdir) {
  const named = /^[^/\\:,]+:(?!\\)([^,]+)/.exec(logdir);
  return (named ? named[1] : logdir).replace(/[/\\]+$/, '');
}

/**
 * @param {string} message
 * @param {() => void} retry
 */
export function errorState(message, retry) {
  return section('This could not be loaded', [h('p', null, message),
    h('button', { type: 'button', onclick: retry }, 'Try again')]);
}

/** @param {string} title @param {HTMLElement[]} content */
function section(title, content) {
  return h('section', { class: 'empty' }, h('h1', null, title), content);
}
