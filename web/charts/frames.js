// Work that is too long for one frame is spread over some, shared by all charts of the page.

const BUDGET = 9; // milliseconds of a frame that drawing may take; rastering takes as long again
const AT_ONCE = 24; // that what somebody waits for may take, so that few small charts change together

/** @typedef {(until: number) => boolean} Work does a piece of it until that moment; true when all is done */

/** @type {Set<Work>} */
const urgent = new Set();
/** @type {Set<Work>} */
const waiting = new Set();
let asked = false;

/** @param {Work} work @param {boolean} [first] whether it goes before all that is not @returns {() => void} takes it back */
export function spread(work, first = false) {
  const set = first ? urgent : waiting;
  set.add(work);
  next();
  return () => void set.delete(work);
}

function next() {
  if (asked || !(waiting.size || urgent.size)) return;
  asked = true;
  requestAnimationFrame(run);
}

function run() {
  asked = false;
  const began = performance.now();
  try {
    share(urgent, began + AT_ONCE);
    share(waiting, began + BUDGET);
  } finally {
    next(); // a chart that fails holds up no other
  }
}

/** Does what there is, and what that asks for, but for one not beyond the end. @param {Set<Work>} set @param {number} end */
function share(set, end) {
  let any = false;
  for (const work of set) {
    const now = performance.now();
    if (now >= end && any) return;
    const each = Math.max(0, end - now) / set.size;
    set.delete(work);
    any = true;
    if (!work(now + each)) set.add(work); // behind the others
  }
}
