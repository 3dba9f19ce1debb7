// A chart as a picture of its own: with its title above, and a legend below where no names stand at the
// lines. Drawn by the code that draws the page.

import { drawAxes } from './axes.js';
import { drawBands } from './bands.js';
import { drawLabels, fitted, roomFor } from './labels.js';
import { MARGIN, layout } from './layout.js';
import { drawStrokes, strokes } from './lines.js';
import { drawMarks } from './marks.js';
import { createSvgContext, escaped } from './svg_context.js';

const TITLE = 24; // pixels above the chart
const ROW = 16; // of the legend
const SWATCH = 18;
const GAP = 14;
const MOST_NAMES = 60; // in a legend

/**
 * @typedef {import('./line_chart.js').Model} Model
 * @typedef {import('./theme.js').Theme} Theme
 * @typedef {{ name: string, color: string, dash: number[] }} Entry
 *
 * @typedef {object} Sheet
 * @property {string} title
 * @property {number} width of the chart @property {number} height pixels of 1/96 inch
 * @property {string[]} names to be written at the ends of lines, where there is room
 * @property {number} [millimetres] the picture's width; as many pixels as the chart has if unsaid
 */

/** The lines that a legend names: one for each run and tag. @param {Model} model @returns {Entry[]} */
export function legendOf(model) {
  /** @type {Map<string, Entry>} */
  const found = new Map();
  for (const line of model.lines) {
    const key = line.key ?? line.id;
    if (!found.has(key)) found.set(key, { name: line.label ?? line.id, color: line.color, dash: line.faint ? [] : line.dash });
  }
  return [...found.values()];
}

/**
 * Where the entries of a legend stand: from the left to the right, row by row.
 * @param {Entry[]} entries @param {number} width @param {(text: string) => number} measure
 */
export function legendRows(entries, width, measure) {
  let x = 0;
  let row = 0;
  const shown = entries.slice(0, MOST_NAMES);
  if (shown.length < entries.length) shown.push({ name: `+ ${entries.length - shown.length}`, color: 'none', dash: [] });
  const places = shown.map((entry) => {
    const text = fitted(entry.name, width - SWATCH - GAP, measure);
    const needs = SWATCH + 6 + measure(text) + GAP;
    if (x > 0 && x + needs > width) {
      x = 0;
      row += 1;
    }
    const place = { ...entry, text, x, row };
    x += needs;
    return place;
  });
  return { places, height: shown.length ? (row + 1) * ROW + 6 : 0 };
}

/**
 * @param {CanvasRenderingContext2D} context whose origin is the sheet's left upper corner, in pixels
 * @param {string} title @param {ReturnType<typeof legendRows>['places']} places @param {Sheet} sheet @param {Theme} theme
 */
export function drawAround(context, title, places, { width, height }, theme) {
  const measure = (/** @type {string} */ text) => context.measureText(text).width;
  context.font = `600 13px ${theme.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = theme.strong;
  context.fillText(fitted(title, width - 20, measure), 10, TITLE / 2 + 1);
  context.font = `11px ${theme.font}`;
  for (const { text, color, dash, x, row } of places) {
    const y = TITLE + height + row * ROW + ROW / 2;
    const left = MARGIN.left + x;
    if (color !== 'none') {
      context.strokeStyle = color;
      context.lineWidth = 2;
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + SWATCH, y);
      context.stroke();
      context.setLineDash([]);
    }
    context.fillStyle = theme.text;
    context.fillText(text, left + SWATCH + 6, y);
  }
}

/** @param {Sheet} sheet @param {ReturnType<typeof legendRows>} legend */
export function heightOf({ height }, legend) {
  return TITLE + height + legend.height;
}

export const CHART_TOP = TITLE;

/**
 * The chart as a file of SVG.
 * @param {Model} model @param {Sheet} sheet @param {Theme} theme
 * @param {import('./svg_context.js').Letters} letters
 * @returns {string}
 */
export function chartSvg(model, sheet, theme, letters) {
  const { width, height, title } = sheet;
  const context = createSvgContext(letters, 'clip');
  const canvas = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context));
  const small = (/** @type {string} */ text) => letters.width(`11px ${theme.font}`, text);
  const room = roomFor(sheet.names, width, height, small);
  const view = layout(model, width, height, 1, Math.max(MARGIN.right, room));
  drawAxes(canvas, model, view, theme);
  drawBands(canvas, model, view);
  drawStrokes(canvas, strokes(model.lines, model.highlight, 1), 0, view, model.log);
  drawMarks(canvas, model, view, theme);
  if (room > MARGIN.right) drawLabels(canvas, model, view, theme);
  const chart = context.svg();
  const around = createSvgContext(letters, 'around');
  const legend = legendRows(room > MARGIN.right ? [] : legendOf(model), width - MARGIN.left - MARGIN.right, small);
  drawAround(/** @type {any} */ (around), title, legend.places, sheet, theme);
  const total = heightOf(sheet, legend);
  const size = sheet.millimetres ? [`${sheet.millimetres}mm`, `${(sheet.millimetres * total) / width}mm`] : [width, total];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${width} ${total}"><title>${escaped(title)}</title>`
    + `<rect width="${width}" height="${total}" fill="${escaped(theme.surface)}"/>${around.svg()}<g transform="translate(0 ${TITLE})">${chart}</g></svg>\n`;
}
