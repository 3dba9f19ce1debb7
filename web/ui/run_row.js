// One row of the run table: a run, a folder or a group, as elements.

import { h } from '../lib/dom.js';
import { formatStep } from '../lib/format.js';
import { say } from '../lib/say.js';
import { runName, widthOf } from './run_name.js';
import { swatch } from './swatch.js';

export const HEIGHT = 26; // pixels, as in runs.css
const TAIL = 8; // letters of a name that stay visible where columns leave it little room
const INDENT = 14;

/**
 * @typedef {import('./run_rows.js').Row} Row
 * @typedef {import('./run_columns.js').Column} Column
 * @typedef {ReturnType<typeof import('./run_rows.js').checkedOf>} Checked
 * @typedef {object} Look what a row shows; another look is another element
 * @property {Row} row
 * @property {number} index
 * @property {Checked} checked
 * @property {boolean} active
 * @property {boolean} tree
 * @property {{ color: string, dash: number[] } | null} style
 * @property {string} name of the run, whole
 * @property {boolean} member of a group
 * @property {boolean} running
 * @property {string} diverged which tag is not finite any more, "" for none
 * @property {string} damage what could not be read of it, "" for nothing
 * @property {{ column: Column, value: import('../lib/ordering.js').Value, text: string, step: number | null }[]} cells
 */

/** @param {Look} look */
export function rowElement(look) {
  const { row, index, checked, active, tree } = look;
  const isFolder = row.kind !== 'run';
  return h('div', {
    role: 'row', id: rowId(index), class: `run-row${active ? ' active' : ''}${isFolder ? ` run-${row.kind}` : ''}`, 'data-key': row.key,
    'aria-rowindex': index + 2, 'aria-selected': String(checked === 'all'), 'aria-level': tree ? row.depth + 1 : null,
    'aria-expanded': isFolder ? String(row.open) : null,
    style: { top: `${index * HEIGHT}px` },
  }, row.kind === 'folder' ? folderName(row, checked, look) : row.kind === 'group' ? groupCell(row, look) : runCell(look), ...look.cells.map(cell));
}

/** The id of the row with that number, for aria-activedescendant. @param {number} index */
export const rowId = (index) => `run-row-${index}`;

const LETTER = 7.4; // pixels of a Latin letter, on the safe side
const BESIDE = 96; // and of what stands beside a name: box, colour, signs

/** How wide the names of some rows are, about. @param {readonly Row[]} rows */
export function nameWidth(rows) {
  const size = (/** @type {Row} */ { label, depth }) => label.length * LETTER + depth * INDENT;
  const longest = rows.reduce((/** @type {Row | null} */ most, row) => (most && size(most) >= size(row) ? most : row), null);
  return longest ? Math.ceil(widthOf(longest.label) * LETTER + longest.depth * INDENT + BESIDE) : 0;
}

/** @param {number} depth */
const indent = (depth) => ({ paddingLeft: `${4 + depth * INDENT}px` });

/** @param {Look} look */
function runCell({ row, checked, style, name, running, diverged, damage, member }) {
  return h('div', { role: 'rowheader', class: 'run-cell', style: indent(row.depth), title: `${name}\n${member ? say('groups.member') : say('runs.double')}` },
    h('input', { type: 'checkbox', tabIndex: -1, checked: checked === 'all', 'aria-label': name, 'data-run': row.key }),
    !member && colourButton(name, style),
    runName(row.label, TAIL),
    diverged && warning('▲', diverged),
    damage && h('span', { class: 'run-sign run-damage', role: 'img', 'aria-label': say('runs.damaged'), title: damage }, '!'),
    running && h('span', { class: 'live-dot run-live', title: say('status.running') }));
}

/** A sign behind a name, and what it says. @param {string} sign @param {string} text */
export function warning(sign, text) {
  return h('span', { class: 'run-sign warn', role: 'img', 'aria-label': text, title: text }, sign);
}

/** @param {string} name @param {Look['style']} style */
function colourButton(name, style) {
  return h('button', { type: 'button', class: 'swatch-button', tabIndex: -1, 'aria-label': say('colours.of', { name }), title: say('colours.choose') }, style && swatch(style));
}

/** @param {import('./run_rows.js').GroupRow} row @param {Look} look */
function groupCell(row, { checked, name, style, running, diverged }) {
  const differs = row.differs.length > 0 && say('groups.differ', { what: row.differs.join('; ') });
  const box = h('input', { type: 'checkbox', tabIndex: -1, checked: checked !== 'none', 'aria-label': name, 'data-group': row.id });
  return h('div', { role: 'rowheader', class: 'run-cell', style: indent(0), title: differs ? `${name}\n${differs}` : name },
    box,
    h('button', { type: 'button', class: 'fold-button', tabIndex: -1, 'aria-label': row.open ? say('runs.fold', { name }) : say('runs.open', { name }) }, row.open ? '▾' : '▸'),
    colourButton(name, style), runName(row.label, TAIL),
    differs && warning('≠', differs), diverged && warning('▲', diverged),
    running && h('span', { class: 'live-dot run-live', title: say('status.running') }), h('span', { class: 'faint run-count', title: say('count.run', { n: row.ids.length }) }, formatStep(row.ids.length)));
}

/** @param {import('./run_rows.js').FolderRow} row @param {Checked} checked @param {Look} look */
function folderName(row, checked, { name }) {
  const box = h('input', { type: 'checkbox', tabIndex: -1, checked: checked === 'all', 'aria-label': say('runs.folder', { name }), 'data-folder': row.path });
  box.indeterminate = checked === 'some';
  return h('div', { role: 'rowheader', class: 'run-cell', style: indent(row.depth), title: row.path },
    box,
    h('button', { type: 'button', class: 'fold-button', tabIndex: -1, 'aria-label': say(row.open ? 'runs.fold' : 'runs.open', { name }) }, row.open ? '▾' : '▸'),
    runName(row.label, TAIL), h('span', { class: 'faint run-count' }, formatStep(row.ids.length)));
}

/** @param {Look['cells'][number]} cell */
function cell({ column, value, text, step }) {
  const isNumber = typeof value === 'number' && column.key !== 'start';
  return h('div', { role: 'gridcell', class: isNumber ? 'num' : `status-${column.key === 'status' ? value : 'none'}`, title: step === null || !text ? text : say('value.at', { value: text, step }) },
    h('span', { class: 'cell-value' }, text), text !== '' && step !== null && h('span', { class: 'cell-step' }, `@${formatStep(step)}`));
}
