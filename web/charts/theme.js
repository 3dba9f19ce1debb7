// The page's colours as a canvas needs them.

/** @typedef {{ grid: string, axis: string, text: string, strong: string, surface: string, crosshair: string, accent: string, good: string, warn: string, font: string }} Theme */

/** @param {HTMLElement} element @returns {Theme} */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const color = (/** @type {string} */ name) => style.getPropertyValue(name);
  return {
    grid: color('--grid'), axis: color('--axis'), text: color('--text-2'), strong: color('--text'), surface: color('--surface'),
    crosshair: color('--crosshair'), accent: color('--accent'), good: color('--good'), warn: color('--warn'), font: style.fontFamily,
  };
}
