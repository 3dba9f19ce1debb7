// Work that is too long for one frame is spread over some, shared by all charts of the page.

const BUDGET = 9; // milliseconds of a frame that drawing may take; rastering takes as long again
const AT_ONCE = 40; // that what somebody waits for may take, so that few small charts change together

/**
 * @typedef {(until: number) => boolean} Work does a piece of it until that moment; true when all is done
 * @typedef {'now' | 'seen' | 'near'} When now: somebody waits for it. seen: it is on the screen, and takes some frames
 */

/** @type {Record<When, Set<{ work: Work }>>} */
const jobs = { now: new Set(), seen: new Set(), near: new Set() };
let asked = false;

/** @param {Work} work @param {When} [when] what it goes before @returns {() => void} takes it back */
export function spread(work, when = 'near') {
  const job = { work };
  jobs[when].add(job);
  next();
  return () => void jobs[when].delete(job);
}

function next() {
  if (asked || !(jobs.now.size || jobs.seen.size || jobs.near.size)) return;
  asked = true;
  requestAnimationFrame(run);
}

function run() {
  asked = false;
  const began = performance.now();
  try {
    const calm = !share(jobs.now, began + AT_ONCE, true);
    if (!share(jobs.seen, began + BUDGET, calm) && calm) share(jobs.near, began + BUDGET, true);
  } finally {
    next(); // a chart that fails holds up no other
  }
}

/**
 * Does one after the other, and what that asks for, until the time is up; tells whether it did any.
 * @param {Set<{ work: Work }>} set @param {number} end @param {boolean} one whether the first is done however late it is
 */
function share(set, end, one) {
  let any = false;
  for (const job of set) {
    if (performance.now() >= end && (any || !one)) break;
    any = true;
    let done = true;
    try {
      done = job.work(end);
    } finally {
      if (done) set.delete(job);
    }
  }
  return any;
}
