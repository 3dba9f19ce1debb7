// Work that is too long for one frame is spread over some, shared by all charts of the page.

const BUDGET = 9; // milliseconds of a frame that drawing may take; rastering takes as long again

/** @typedef {(until: number) => boolean} Work does a piece of it until that moment; true when all is done */

/** @type {Set<Work>} */
const waiting = new Set();
let asked = false;

/** @param {Work} work */
export function spread(work) {
  waiting.add(work);
  next();
  return () => waiting.delete(work);
}

function next() {
  if (asked || !waiting.size) return;
  asked = true;
  requestAnimationFrame(run);
}

function run() {
  asked = false;
  const end = performance.now() + BUDGET;
  let left = waiting.size;
  for (const work of [...waiting]) {
    const now = performance.now();
    if (now >= end) break;
    const done = work(now + (end - now) / left);
    left -= 1;
    waiting.delete(work);
    if (!done) waiting.add(work); // behind the others, which come first in the next frame
  }
  next();
}
