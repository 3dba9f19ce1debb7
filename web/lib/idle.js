// What nobody sees at once is done when the page has time, or soon.

const SOON = 200; // milliseconds

/** @param {() => void} work @returns {() => void} takes it back */
export function whenIdle(work) {
  if (typeof requestIdleCallback === 'undefined') { // Safari
    const timer = setTimeout(work, 0);
    return () => clearTimeout(timer);
  }
  const waiting = requestIdleCallback(work, { timeout: SOON });
  return () => cancelIdleCallback(waiting);
}
