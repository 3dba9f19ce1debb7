// The colours of the present theme, by name, for canvas and for files.

const NAMES = ['page', 'surface', 'surface-2', 'border', 'text', 'text-2', 'accent', 'node', 'node-edge', 'group', 'group-edge', 'constant', 'variable', 'variable-edge',
  'summary', 'summary-edge', 'save', 'save-edge', 'edge', 'loop-edge', 'open-1', 'open-2', 'alike', 'added', 'added-edge', 'removed', 'removed-edge', 'changed', 'changed-edge', 'renamed', 'renamed-edge', 'font'];

/** @returns {import('./paint.js').Palette} */
export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}
