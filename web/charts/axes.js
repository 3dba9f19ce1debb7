// Axes: grid, ticks and what is written at them.

import { linearTicks, logTicks, tickLabels, xTicks } from './ticks.js';

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import('./line_chart.js').Model} model
 * @param {import('./layout.js').View} view
 * @param {import('./theme.js').Theme} theme
 */
export function drawAxes(context, model, view, theme) {
  const { ratio } = view;
  context.font = `${11 * ratio}px ${theme.font}`;
  context.lineWidth = 1;
  drawY(context, model.log, view, theme);
  drawX(context, model, view, theme);
  const bottom = Math.round(view.bottom * ratio) + 0.5;
  rule(context, theme.axis, view.left * ratio, bottom, view.right * ratio, bottom);
}

/** @param {CanvasRenderingContext2D} context @param {boolean} log @param {import('./layout.js').View} view @param {import('./theme.js').Theme} theme */
function drawY(context, log, view, theme) {
  const { ratio } = view;
  const count = Math.max(2, Math.floor(view.bottom / 38));
  const ticks = log ? logTicks(...view.y.domain, count) : linearTicks(...view.y.domain, count);
  const labels = tickLabels(ticks);
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  ticks.forEach((at, i) => {
    const y = Math.round(view.y.toPixel(at) * ratio) + 0.5;
    rule(context, theme.grid, view.left * ratio, y, view.right * ratio, y);
    context.fillStyle = theme.text;
    context.fillText(labels[i], (view.left - 6) * ratio, y, (view.left - 8) * ratio);
  });
}

/** @param {CanvasRenderingContext2D} context @param {import('./line_chart.js').Model} model @param {import('./layout.js').View} view @param {import('./theme.js').Theme} theme */
function drawX(context, model, view, theme) {
  const { ratio, bottom } = view;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  let free = -Infinity;
  for (const { at, text } of xTicks(model.axis, view.x.domain, view.right - view.left, model.logX)) {
    const x = Math.round(view.x.toPixel(at) * ratio) + 0.5;
    rule(context, theme.grid, x, bottom * ratio, x, (bottom + 4) * ratio);
    const half = context.measureText(text).width / 2;
    const middle = Math.min(Math.max(x, half), view.width * ratio - half);
    if (middle - half < free) continue;
    context.fillStyle = theme.text;
    context.fillText(text, middle, (bottom + 6) * ratio);
    free = middle + half + 6 * ratio;
  }
}

/** @param {CanvasRenderingContext2D} context @param {string} color @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
export function rule(context, color, x0, y0, x1, y1) {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
