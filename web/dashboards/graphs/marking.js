// Makes what is drawn of a scene a few milliseconds at a time, so that no picture, however large,
// keeps the page from answering: first its marks, found by place, then the labels beside its lines.

import { createLabeller } from './labels.js';
import { around } from './lines.js';
import { labelMarks, markSteps } from './marks.js';
import { createIndex } from './places.js';

/** @typedef {import('./marks.js').Mark} Mark @typedef {import('./model.js').Scene} Scene */
/**
 * @typedef {{ readonly marks: Mark[], within(box: import('./places.js').Box): Mark[] }} Drawing
 *     within: what touches a box, in the order in which it is drawn
 */

const LOOK = 12; // steps between two looks at the clock

/**
 * @param {Scene} scene @param {import('./marks.js').Emphasis} emphasis
 */
export function createMarking(scene, emphasis) {
  const index = createIndex(/** @type {Mark[]} */ ([]), markBox);
  const steps = markSteps(scene, emphasis, index.add);
  return {
    /** Goes on for so many milliseconds. @param {number} budget @returns {boolean} whether all marks are made */
    step: (budget) => goOn(() => !steps.next().done, budget),
    /** @param {import('./labels.js').Places} labels */
    drawing: (labels) => drawingOf(index, labelMarks(scene, labels, emphasis)),
  };
}

/** Where the labels of a scene stand, a few at a time. @param {Scene} scene @param {(text: string) => number} widthOf */
export function createLabelling(scene, widthOf) {
  const labeller = createLabeller(scene, widthOf);
  return { places: labeller.places, step: (/** @type {number} */ budget) => goOn(labeller.next, budget) };
}

/** @param {() => boolean} next whether there is more @param {number} budget */
function goOn(next, budget) {
  const end = performance.now() + budget;
  for (let i = 1; next(); i += 1) if (i % LOOK === 0 && performance.now() >= end) return false;
  return true;
}

/** Nothing yet. @returns {Drawing} */
export function emptyDrawing() {
  return drawingOf(createIndex(/** @type {Mark[]} */ ([]), markBox), []);
}

/**
 * @param {import('./places.js').Index<Mark>} index @param {Mark[]} labels which are drawn over all the rest
 * @returns {Drawing}
 */
function drawingOf(index, labels) {
  const written = createIndex(labels, markBox);
  return {
    get marks() {
      return [...index.items, ...labels];
    },
    within: (box) => index.within(box).concat(written.within(box)),
  };
}

/** @param {Mark} mark */
export function markBox(mark) {
  if (mark.type === 'line') {
    const box = around(mark.points);
    const more = mark.line + 4;
    return { left: box.left - more, top: box.top - more, right: box.right + more, bottom: box.bottom + more };
  }
  if (mark.type === 'box') return { left: mark.x - 3, top: mark.y - 3, right: mark.x + mark.width + 3, bottom: mark.y + mark.height + 3 };
  const width = mark.text.length * mark.size;
  return { left: mark.x - (mark.align === 'center' ? width / 2 : 2), top: mark.y - mark.size, right: mark.x + width, bottom: mark.y + mark.size };
}

/**
 * Runs steps to their end: those of the first slice at once, the rest with pauses for the page.
 * @param {(budget: number) => boolean} step @param {() => void} done
 * @returns {() => void} gives it up
 */
export function inSlices(step, done) {
  let timer = 0;
  const go = () => {
    if (step(SLICE)) done();
    else timer = setTimeout(go);
  };
  go();
  return () => clearTimeout(timer);
}

const SLICE = 8; // ms
