// A card's chart as a file: PNG, which is the page's own pixels, or SVG, drawn by the same code.

import { CHART_TOP, chartSvg, drawAround, heightOf, legendOf, legendRows } from '../../charts/svg.js';
import { MARGIN } from '../../charts/layout.js';
import { themeOf } from '../../charts/theme.js';
import { h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';

// A column of a paper: letters of 11 pixels are 8.25 points there.
const PAPER = { width: 340, height: 204, millimetres: 90, font: 'Helvetica, Arial, "Noto Sans CJK KR", "Malgun Gothic", sans-serif' };

/**
 * @typedef {import('../../charts/line_chart.js').Model} Model
 * @typedef {ReturnType<typeof import('../../charts/line_chart.js').create>} Chart
 * @typedef {{ title: string, model: Model, chart: Chart, colourIn: (id: string, light: 'light' | 'dark') => string }} Shown
 */

/** What is drawn without what the pointer does to it. @param {Model} model @returns {Model} */
const still = (model) => ({ ...model, highlight: null, cursor: null, pins: [] });

/** How large letters are. @returns {import('../../charts/svg_context.js').Letters} */
function measurer() {
  const context = /** @type {CanvasRenderingContext2D} */ (h('canvas', null).getContext('2d'));
  /** @param {string} font @param {string} text @param {string} baseline */
  function measured(font, text, baseline) {
    context.font = font;
    context.textBaseline = /** @type {CanvasTextBaseline} */ (baseline);
    return context.measureText(text);
  }
  return {
    width: (font, text) => measured(font, text, 'alphabetic').width,
    below: (font, baseline) => measured(font, 'x', 'alphabetic').fontBoundingBoxAscent - measured(font, 'x', baseline).fontBoundingBoxAscent,
  };
}

/** As it is on the page. @param {Shown} shown */
export function pageSvg({ title, model, chart }) {
  const { canvas, theme, names } = chart.picture;
  return chartSvg(still(model), { title, names, width: canvas.clientWidth, height: canvas.clientHeight }, theme, measurer());
}

/** For a column of a paper, which is white. @param {Shown} shown */
export function paperSvg({ title, model, chart, colourIn }) {
  const { canvas, names } = chart.picture;
  const theme = lightThemeOf(canvas);
  /** @type {Map<string, string>} */
  const colours = new Map();
  const lines = model.lines.map((line) => {
    const color = colourIn(line.id, 'light');
    colours.set(line.color, color);
    return { ...line, color };
  });
  const boundaries = model.boundaries?.map((each) => ({ ...each, color: colours.get(each.color) ?? each.color }));
  const every = names.length ? names : legendOf(model).map(({ name }) => name);
  return chartSvg(still({ ...model, lines, boundaries }), { title, names: every, ...PAPER }, { ...theme, font: PAPER.font }, measurer());
}

/** The page's colours in the light, whatever it is in now: nothing is painted in between. @param {HTMLElement} element */
function lightThemeOf(element) {
  const { dataset } = document.documentElement;
  const now = dataset.theme;
  dataset.theme = 'light';
  const theme = themeOf(element);
  dataset.theme = now;
  return theme;
}

/** The pixels of the page, with the title and, where no names stand at the lines, a legend. @param {Shown} shown @returns {Promise<Blob>} */
export function pagePng({ title, model, chart }) {
  const { canvas, theme, labelled } = chart.picture;
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = canvas.width / width;
  const measure = measurer();
  const legend = legendRows(labelled ? [] : legendOf(model), width - MARGIN.left - MARGIN.right, (text) => measure.width(`11px ${theme.font}`, text));
  const sheet = { title, width, height, names: [] };
  const whole = h('canvas', { width: canvas.width, height: Math.round(heightOf(sheet, legend) * ratio) });
  const context = /** @type {CanvasRenderingContext2D} */ (whole.getContext('2d'));
  context.fillStyle = theme.surface;
  context.fillRect(0, 0, whole.width, whole.height);
  context.drawImage(canvas, 0, Math.round(CHART_TOP * ratio));
  context.scale(ratio, ratio);
  drawAround(context, title, legend.places, sheet, theme);
  return new Promise((resolve, reject) => whole.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(say('card.png.failed')))), 'image/png'));
}
