// Says in the browser's timeline what is drawn, to whoever measures (User Timing):
//
//   nb:first-chart     the first chart has its curves
//   nb:visible-charts  all charts on the screen have theirs
//   nb:updated         what somebody did is drawn, on all charts on the screen (detail.drawn), or
//                      newer points are (detail.newest, which cards set)

export const UPDATED = 'nb:updated';

/** @param {(name: string, detail?: any) => void} [mark] */
export function createMarks(mark = (name, detail) => performance.mark(name, { detail })) {
  /** @type {Set<string>} */
  const ready = new Set();
  /** @type {Set<string>} */
  let visible = new Set();
  let first = false;
  let all = false;
  let begun = false;

  function check() {
    for (const key of visible) if (!ready.has(key)) return;
    if (visible.size && !all) mark('nb:visible-charts');
    all ||= visible.size > 0;
    if (begun) mark(UPDATED, { drawn: true, newest: [] });
    begun = false;
  }
  return {
    /** Which cards exist, and which of them are on the screen. @param {Set<string>} near @param {Set<string>} on */
    window(near, on) {
      for (const key of ready) if (!near.has(key)) ready.delete(key);
      visible = on;
      requestAnimationFrame(check);
    },
    /** The curves of a card are on the screen. @param {string} key */
    drawn(key) {
      if (!first) mark('nb:first-chart');
      first = true;
      ready.add(key);
      check();
    },
    /** Somebody did something. @param {boolean} redraws whether all charts are drawn anew, not only those that come */
    begin(redraws) {
      if (redraws) ready.clear();
      begun = true;
      requestAnimationFrame(check);
    },
  };
}
