import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { Cancelled, createLayouter } from '../../../../web/dashboards/graphs/layout.js';

/** A worker that answers when the test says so. */
class Slow {
  static made = /** @type {Slow[]} */ ([]);
  asked = /** @type {any[]} */ ([]);
  ended = false;
  onmessage = (/** @type {any} */ _) => {};
  onerror = (/** @type {any} */ _) => {};
  constructor() {
    Slow.made.push(this);
  }
  postMessage(/** @type {any} */ message) {
    this.asked.push(message);
  }
  terminate() {
    this.ended = true;
  }
  answer() {
    const { id } = this.asked[this.asked.length - 1];
    this.onmessage({ data: { id, layout: { width: id } } });
  }
}

beforeEach(() => {
  Slow.made = [];
  /** @type {any} */ (globalThis).Worker = Slow;
  mock.timers.enable({ apis: ['setTimeout'] });
});
afterEach(() => mock.timers.reset());

test('a layout that takes too long is given up, said, and the next one has a worker of its own', async () => {
  const layouter = createLayouter();
  const first = layouter.ask({ nodes: [1] });
  mock.timers.tick(19_000);
  assert.equal(Slow.made[0].ended, false);
  mock.timers.tick(1_500);
  await assert.rejects(first, /takes too long/);
  assert.equal(Slow.made[0].ended, true);
  const second = layouter.ask({ nodes: [2] });
  assert.equal(Slow.made.length, 2);
  Slow.made[1].answer();
  assert.equal((await second).width, 2);
});

test('a layout that is not wanted any more is cancelled at once', async () => {
  const layouter = createLayouter();
  const asked = layouter.ask({ nodes: [1] });
  layouter.cancel();
  await assert.rejects(asked, Cancelled);
  assert.equal(Slow.made[0].ended, true);
});

test('the same group is laid out once, and nothing is cancelled when nothing is asked', async () => {
  const layouter = createLayouter();
  const asked = layouter.ask({ nodes: [1] });
  Slow.made[0].answer();
  const layout = await asked;
  layouter.cancel();
  assert.equal(await layouter.ask({ nodes: [1] }), layout);
  assert.deepEqual([Slow.made.length, Slow.made[0].asked.length, Slow.made[0].ended], [1, 1, false]);
});

test('a worker that fails says why', async () => {
  const asked = createLayouter().ask({ nodes: [1] });
  Slow.made[0].onerror({ message: 'no memory' });
  await assert.rejects(asked, /the layout failed: no memory/);
});
