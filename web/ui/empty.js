// What stands where data is to come: why there is none, and how to get some.

import { h } from '../lib/dom.js';
import { formatBytes } from '../lib/format.js';
import { say } from '../lib/say.js';

/**
 * @param {import('../app/types.js').Status} status
 * @param {string} none says that there are none yet
 * @param {(folder: string) => string} example lines that write some there
 * @returns {HTMLElement}
 */
export function emptyState(status, none, example) {
  const path = h('code', null, status.logdir);
  if (status.phase === 'missing') {
    return section(say('empty.missing'), [h('p', null, path),
      h('p', null, say('empty.missing.about'))]);
  }
  if (status.phase === 'loading') return section(say('empty.reading'), [h('p', null, path), ...progressOf(status)]);
  const title = status.phase === 'empty' ? say('empty.files') : none;
  return section(title, [h('p', null, path),
    h('p', null, say('empty.write')), h('pre', null, h('code', null, example(`${folderOf(status.logdir)}/first`)))]);
}

/** How much of how much is read. @param {import('../app/types.js').Status} status */
function progressOf(status) {
  const { bytes_read: read, bytes_total: total } = status;
  return [h('progress', { max: 1, value: total ? read / total : 0, 'aria-label': say('empty.reading.name') }),
    h('p', null, say('empty.progress', { read: formatBytes(read), total: formatBytes(total), done: status.files_read, files: say('count.file', { n: status.files }) }))];
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
  return section(say('failed'), [h('p', null, message),
    h('button', { type: 'button', onclick: retry }, say('retry'))]);
}

/** @param {string} title @param {HTMLElement[]} content */
function section(title, content) {
  return h('section', { class: 'empty' }, h('h1', null, title), content);
}
