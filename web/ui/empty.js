// What stands where data is to come: why there is none, and how to get some.

import { h } from '../lib/dom.js';
import { counted, formatBytes, formatStep } from '../lib/format.js';

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
  if (status.phase === 'loading') return section('Reading the log…', [h('p', null, path), ...progressOf(status)]);
  const title = status.phase === 'empty' ? 'There are no event files in this folder yet' : `There are no ${what} in this log yet`;
  return section(title, [h('p', null, path),
    h('p', null, 'Write some, and they appear here by themselves:'), h('pre', null, h('code', null, example(`${folderOf(status.logdir)}/first`)))]);
}

/** How much of how much is read. @param {import('../app/types.js').Status} status */
function progressOf(status) {
  const { bytes_read: read, bytes_total: total } = status;
  return [h('progress', { max: 1, value: total ? read / total : 0, 'aria-label': 'Reading' }),
    h('p', null, `${formatBytes(read)} of ${formatBytes(total)}, ${formatStep(status.files_read)} of ${counted(status.files, 'file')}`)];
}

/**
 * What stands where nothing was found or chosen, and the way out.
 * @param {string} title @param {string} why @param {string} out what the button says @param {() => void} onOut
 */
export function noneState(title, why, out, onOut) {
  return section(title, [h('p', null, why), h('button', { type: 'button', onclick: onOut }, out)]);
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
