// What is drawn on a canvas, as SVG: the part of CanvasRenderingContext2D that charts draw with. So a
// picture in a paper comes from the code that draws the page; texts stay texts, and lines lines.

/**
 * @typedef {object} Letters how large they are, in pixels
 * @property {(font: string, text: string) => number} width
 * @property {(font: string, baseline: string) => number} below how far the line that letters stand on is below a `textBaseline`
 */
/** @typedef {{ strokeStyle: string, fillStyle: string, globalAlpha: number, lineWidth: number, lineJoin: string, dash: number[], groups: number }} Look */

/** @param {number} value two digits behind the point: a hundredth of a pixel */
const short = (value) => String(Math.round(value * 100) / 100);

/** @param {string} text */
export function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
}

/**
 * @param {Letters} letters
 * @param {string} prefix of the ids in it, so that several pictures can stand in one page
 */
export function createSvgContext(letters, prefix) {
  /** @type {string[]} */
  const parts = [];
  /** @type {string[]} */
  const path = [];
  /** @type {Look[]} */
  const kept = [];
  let clips = 0;
  const strokeOf = () => `stroke="${escaped(context.strokeStyle)}" stroke-width="${short(context.lineWidth)}"`
    + (context.lineJoin === 'miter' ? '' : ` stroke-linejoin="${context.lineJoin}"`)
    + (dash.length ? ` stroke-dasharray="${dash.map(short).join(' ')}"` : '') + alpha('stroke');
  const alpha = (/** @type {string} */ of) => (context.globalAlpha < 1 ? ` ${of}-opacity="${short(context.globalAlpha)}"` : '');
  const fillOf = () => `fill="${escaped(context.fillStyle)}"${alpha('fill')}`;
  /** @type {number[]} */
  let dash = [];
  let groups = 0; // that are open since the last save

  /** @param {string} text @param {number} x @param {number} y @param {string} look */
  function text(text, x, y, look) {
    const [, style, size, family] = /^(?:(\S+) )?([\d.]+)px (.*)$/s.exec(context.font) ?? ['', '', '11', 'sans-serif'];
    const anchor = { center: 'middle', right: 'end' }[context.textAlign] ?? 'start';
    parts.push(`<text x="${short(x)}" y="${short(y + letters.below(context.font, context.textBaseline))}" font-family="${escaped(family)}" font-size="${short(Number(size))}"`
      + `${style ? ` font-weight="${style}"` : ''}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`} ${look}>${escaped(text)}</text>`);
  }
  const context = {
    strokeStyle: '#000', fillStyle: '#000', globalAlpha: 1, lineWidth: 1, lineJoin: 'miter', font: '11px sans-serif', textAlign: 'left', textBaseline: 'alphabetic',
    /** @param {number[]} next */
    setLineDash(next) {
      dash = next;
    },
    save() {
      kept.push({ strokeStyle: context.strokeStyle, fillStyle: context.fillStyle, globalAlpha: context.globalAlpha, lineWidth: context.lineWidth, lineJoin: context.lineJoin, dash, groups });
      groups = 0;
    },
    restore() {
      parts.push('</g>'.repeat(groups));
      const look = /** @type {Look} */ (kept.pop());
      ({ dash, groups } = look);
      Object.assign(context, { strokeStyle: look.strokeStyle, fillStyle: look.fillStyle, globalAlpha: look.globalAlpha, lineWidth: look.lineWidth, lineJoin: look.lineJoin });
    },
    beginPath() {
      path.length = 0;
    },
    /** @param {number} x @param {number} y */
    moveTo(x, y) {
      path.push(`M${short(x)} ${short(y)}`);
    },
    /** @param {number} x @param {number} y */
    lineTo(x, y) {
      path.push(`${path.length ? 'L' : 'M'}${short(x)} ${short(y)}`);
    },
    closePath() {
      path.push('Z');
    },
    /** @param {number} x @param {number} y @param {number} width @param {number} height */
    rect(x, y, width, height) {
      path.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
    },
    /** A whole circle: charts draw no other arcs. @param {number} x @param {number} y @param {number} r */
    arc(x, y, r) {
      path.push(`M${short(x - r)} ${short(y)}a${short(r)} ${short(r)} 0 1 0 ${short(2 * r)} 0a${short(r)} ${short(r)} 0 1 0 ${short(-2 * r)} 0Z`);
    },
    clip() {
      const id = `${prefix}-${clips++}`;
      parts.push(`<clipPath id="${id}"><path d="${path.join('')}"/></clipPath><g clip-path="url(#${id})">`);
      groups += 1;
    },
    stroke() {
      if (path.length) parts.push(`<path d="${path.join('')}" fill="none" ${strokeOf()}/>`);
    },
    fill() {
      if (path.length) parts.push(`<path d="${path.join('')}" ${fillOf()}/>`);
    },
    /** @param {number} x @param {number} y @param {number} width @param {number} height */
    fillRect(x, y, width, height) {
      parts.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" ${fillOf()}/>`);
    },
    /** @param {string} written @param {number} x @param {number} y */
    fillText(written, x, y) {
      text(written, x, y, fillOf());
    },
    /** @param {string} written @param {number} x @param {number} y */
    strokeText(written, x, y) {
      text(written, x, y, `fill="none" ${strokeOf()}`);
    },
    /** @param {string} written */
    measureText: (written) => ({ width: letters.width(context.font, written) }),
    /** What was drawn. */
    svg: () => parts.join(''),
  };
  return context;
}

/** @typedef {ReturnType<typeof createSvgContext>} SvgContext */
