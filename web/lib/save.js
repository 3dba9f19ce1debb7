// Files that the page makes itself.

import { h } from './dom.js';

/** @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const href = URL.createObjectURL(blob);
  h('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the browser may ask where to put it
}

/** A name that every file system takes. @param {string} text @param {string} ending */
export function fileName(text, ending) {
  const plain = text.normalize('NFC').replace(/[^\p{L}\p{N}\p{M}=+,_-]+/gu, '_').replace(/^_+|_+$/g, '');
  return `${plain.slice(0, 80) || 'chart'}.${ending}`;
}
