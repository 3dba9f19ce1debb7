// Lays out one group of a graph at a time, off the main thread.
//
// A request is { id, nodes, edges } as lib/layered takes them; the answer { id, layout }.

import { layoutOf } from '../lib/layered/index.js';

self.addEventListener('message', (event) => {
  const { id, nodes, edges } = event.data;
  self.postMessage({ id, layout: layoutOf({ nodes, edges }) });
});
