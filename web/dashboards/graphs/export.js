// Saves the picture, and the graph, as files.

import { h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { paint } from './paint.js';
import { frameOf, pageOf, svgOf } from './svg.js';

const SHARP = 2; // pixels of a PNG for one of the picture
const MOST = 8000; // pixels of a PNG's side

/**
 * @param {{ picture: ReturnType<typeof import('./picture.js').createPicture>, place: import('./place.js').Place,
 *     source: () => import('./source.js').Source, views: { outline(): Promise<string> } }} parts
 */
export function exportMenu({ picture, place, source, views }) {
  const title = () => say('export.title', { name: place.get('file') ?? source().chosen.run ?? '' }).trim();
  const name = (/** @type {string} */ ending) => `${title().replace(/[^\p{L}\p{N}._-]+/gu, '_')}.${ending}`;
  const svg = () => svgOf(picture.marks, picture.scene, picture.palette, title());

  const actions = /** @type {Record<string, () => void | Promise<void>>} */ ({
    async png() {
      save(name('png'), await png(picture));
    },
    svg: () => save(name('svg'), new Blob([svg()], { type: 'image/svg+xml' })),
    async html() {
      save(name('html'), new Blob([pageOf(svg(), title(), await views.outline(), picture.palette)], { type: 'text/html' }));
    },
    pb: () => follow(source().url('file', { format: 'pb' })),
    pbtxt: () => follow(source().url('file', { format: 'pbtxt' })),
    trace: () => follow(source().url('trace.json')),
  });
  const select = h('select', { 'aria-label': say('export.name'), onchange: () => {
    const action = actions[select.value];
    select.value = '';
    action?.();
  } }, [['', say('export.name')], ['png', 'PNG'], ['svg', 'SVG'], ['html', say('export.html')], ['pb', 'GraphDef (.pb)'], ['pbtxt', say('export.pbtxt')], ['trace', say('export.trace')]]
    .map(([value, text]) => h('option', { value }, text)));
  return select;
}

/** @param {string} name @param {Blob} blob */
function save(name, blob) {
  const url = URL.createObjectURL(blob);
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** @param {string} href @param {string} [download] */
function follow(href, download = '') {
  h('a', { href, download }).click();
}

/** @param {{ marks: import('./marks.js').Mark[], scene: { width: number, height: number }, palette: import('./paint.js').Palette }} picture @returns {Promise<Blob>} */
function png({ marks, scene, palette }) {
  const { x, y, width, height } = frameOf(marks, scene);
  const scale = Math.min(SHARP, MOST / width, MOST / height);
  const canvas = h('canvas', { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.fillStyle = palette.page;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
  paint(context, marks, palette, scale, Math.min(1, scale));
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(say('export.large')))), 'image/png'));
}
