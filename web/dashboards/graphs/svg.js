// The picture as a file: SVG from the same marks as the canvas, and one HTML page around it.

import { say } from '../../lib/say.js';
import { LANGUAGE } from '../../texts/en.js';
import { curve } from './lines.js';
import { textWidth } from './looks.js';
import { arrowHead, shortened } from './paint.js';

const MARGIN = 20;
const MEASURED = 12; // px: the size for which `textWidth` tells how wide a text is

/** @typedef {import('./paint.js').Palette} Palette @typedef {{ width: number, height: number }} Size */

/**
 * The part of the plane that a file shows: the picture, labels that stick out of it, and a margin.
 * @param {import('./marks.js').Mark[]} marks @param {Size} size of the picture
 */
export function frameOf(marks, { width, height }) {
  let [left, right] = [0, width];
  for (const mark of marks) if (mark.type === 'text' && mark.align === 'left') {
    left = Math.min(left, mark.x);
    right = Math.max(right, mark.x + (textWidth(mark.text) * mark.size) / MEASURED);
  }
  return { x: left - MARGIN, y: -MARGIN, width: right - left + 2 * MARGIN, height: height + 2 * MARGIN };
}

/**
 * @param {import('./marks.js').Mark[]} marks @param {Size} size of the picture @param {Palette} palette @param {string} title
 */
export function svgOf(marks, size, palette, title) {
  const { x, y, width, height } = frameOf(marks, size);
  const box = [x, y, width, height].map(round);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.join(' ')}" width="${box[2]}" height="${box[3]}" role="img" font-family="${escaped(palette.font)}">
<title>${escaped(title)}</title>
<rect x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}" fill="${palette.page}"/>
${marks.map((mark) => DRAW[mark.type](/** @type {any} */ (mark), palette)).join('\n')}
</svg>
`;
}

const DRAW = {
  /** @param {import('./marks.js').BoxMark} mark @param {Palette} palette */
  box({ x, y, width, height, radius, fill, stroke, line, dash, alpha, about }, palette) {
    return `<rect${attributes({ x: round(x), y: round(y), width: round(width), height: round(height), rx: Math.min(radius, height / 2), fill: fill ? colour(palette, fill) : 'none',
      stroke: stroke && colour(palette, stroke), 'stroke-width': stroke && line, 'stroke-dasharray': dash?.join(' '), opacity: alpha < 1 ? alpha : null, 'data-path': about })}/>`;
  },
  /** @param {import('./marks.js').LineMark} mark @param {Palette} palette */
  line({ points, stroke, line, dash, alpha, arrow, about }, palette) {
    const last = points.length - 1;
    const drawn = arrow ? [...points.slice(0, last), shortened(points[last - 1], points[last])] : points;
    const [source, target] = about?.split('\n') ?? [];
    const path = `<path${attributes({ d: curve(drawn), fill: 'none', stroke: colour(palette, stroke), 'stroke-width': round(line), 'stroke-dasharray': dash?.join(' '),
      opacity: alpha < 1 ? alpha : null, 'data-source': source, 'data-target': target })}/>`;
    if (!arrow) return path;
    const corners = arrowHead(points[last - 1], points[last], line).map(({ x, y }) => `${round(x)},${round(y)}`).join(' ');
    return `${path}<polygon${attributes({ points: corners, fill: colour(palette, stroke), opacity: alpha < 1 ? alpha : null })}/>`;
  },
  /** @param {import('./marks.js').TextMark} mark @param {Palette} palette */
  text({ x, y, text, size, weight, fill, align, halo, alpha }, palette) {
    return `<text${attributes({ x: round(x), y: round(y), 'font-size': size, 'font-weight': weight === 400 ? null : weight, fill: colour(palette, fill), 'text-anchor': align === 'center' ? 'middle' : null,
      'dominant-baseline': 'central', 'paint-order': halo ? 'stroke' : null, stroke: halo && colour(palette, halo), 'stroke-width': halo ? 3 : null, opacity: alpha < 1 ? alpha : null })}>${escaped(text)}</text>`;
  },
};

/**
 * A page with the picture in it that needs nothing else: it is moved by dragging, zoomed by the
 * wheel, and holds the graph's outline as text.
 * @param {string} svg @param {string} title @param {string} outline @param {Palette} palette
 */
export function pageOf(svg, title, outline, palette) {
  return `<!doctype html>
<html lang="${LANGUAGE}"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>
body { margin: 0; background: ${palette.page}; color: ${palette.text}; font: 13px/1.5 ${palette.font}; }
#picture { position: absolute; inset: 44px 0 0; overflow: hidden; cursor: grab; touch-action: none; }
#picture svg { position: absolute; transform-origin: 0 0; max-width: none; }
header { display: flex; gap: 16px; align-items: baseline; padding: 10px 16px; height: 24px; }
h1 { margin: 0; font-size: 15px; }
details[open] { position: fixed; z-index: 1; inset: 44px 0 0; overflow: auto; padding: 0 16px; background: ${palette.surface}; }
</style></head><body>
<header><h1>${escaped(title)}</h1><span>${escaped(say('page.hint'))}</span><details><summary>${escaped(say('page.text'))}</summary><pre>${escaped(outline)}</pre></details></header>
<div id="picture">${svg}</div>
<script>
const host = document.getElementById('picture'), svg = host.firstElementChild;
let x = 0, y = 0, k = 1, from = null;
const show = () => { svg.style.transform = 'translate(' + x + 'px,' + y + 'px) scale(' + k + ')'; };
const fit = () => {
  const w = +svg.getAttribute('width'), h = +svg.getAttribute('height');
  k = Math.min(1.4, host.clientWidth / w, host.clientHeight / h);
  x = (host.clientWidth - w * k) / 2; y = (host.clientHeight - h * k) / 2; show();
};
host.onwheel = (e) => {
  e.preventDefault();
  const f = Math.exp(-e.deltaY * 0.0016), box = host.getBoundingClientRect(), px = e.clientX - box.left, py = e.clientY - box.top;
  x = px - (px - x) * f; y = py - (py - y) * f; k *= f; show();
};
host.onpointerdown = (e) => { from = [e.clientX, e.clientY]; host.setPointerCapture(e.pointerId); };
host.onpointermove = (e) => { if (!from) return; x += e.clientX - from[0]; y += e.clientY - from[1]; from = [e.clientX, e.clientY]; show(); };
host.onpointerup = () => { from = null; };
host.ondblclick = fit; onresize = fit; fit();
</script>
</body></html>
`;
}

/** @param {Palette} palette @param {string} name */
function colour(palette, name) {
  return palette[name] ?? name;
}

/** @param {Record<string, string | number | null | undefined>} values */
function attributes(values) {
  return Object.entries(values).filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => ` ${name}="${escaped(String(value))}"`).join('');
}

const ENTITIES = /** @type {Record<string, string>} */ ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' });

/** @param {string} text */
function escaped(text) {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '�').replace(/[&<>"]/g, (c) => ENTITIES[c]);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
