// A value that tells when it changes.

/**
 * @template T
 * @typedef {{ value: T, subscribe(listener: (value: T) => void): () => void }} Signal
 */

/**
 * @template T
 * @param {T} initial
 * @returns {Signal<T>}
 */
export function signal(initial) {
  let current = initial;
  /** @type {Set<(value: T) => void>} */
  const listeners = new Set();
  return {
    get value() {
      return current;
    },
    set value(next) {
      if (Object.is(next, current)) return;
      current = next;
      for (const listener of [...listeners]) listener(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * A signal that follows others.
 * @template T
 * @param {() => T} compute
 * @param {...Signal<any>} sources
 * @returns {Signal<T>}
 */
export function computed(compute, ...sources) {
  const result = signal(compute());
  for (const source of sources) source.subscribe(() => (result.value = compute()));
  return result;
}
