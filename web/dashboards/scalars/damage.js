// Where files are damaged, as places in charts.

import { say } from '../../lib/say.js';
import { ascends, firstFrom } from '../../charts/search.js';

/**
 * @typedef {{ run: string, path: string, offset: number, skipped: number, message: string, step: number | null, wall_time: number | null }} Damage
 */

/**
 * Asks where files are damaged, as often as the status says that there are other problems than before.
 * @param {Pick<import('../../app/types.js').Context, 'api' | 'status'>} ctx
 * @param {() => void} onChange
 */
export function createDamage({ api, status }, onChange) {
  /** @type {Map<string, Damage[]>} */
  let known = new Map();
  let asked = '';
  async function follow() {
    const { problems } = status.value;
    const now = JSON.stringify(problems.map(({ path, offset }) => [path, offset]));
    if (now === (asked || '[]')) return;
    asked = now;
    try {
      const { damage } = await api.get('api/scalars/damage');
      known = new Map();
      for (const each of /** @type {Damage[]} */ (damage)) known.set(each.run, [...(known.get(each.run) ?? []), each]);
      onChange();
    } catch {
      asked = ''; // asked again with the next status
    }
  }
  const stop = status.subscribe(follow);
  follow();
  return {
    /** @param {string} run @returns {Damage[]} */
    of: (run) => known.get(run) ?? [],
    destroy: stop,
  };
}

/**
 * The damaged stretches of the runs that are drawn, where what is behind them stands.
 * @param {import('./model.js').Drawn[]} drawn @param {(run: string) => Damage[]} damageOf
 * @param {import('../../charts/ticks.js').Axis} axis @param {bigint} base
 * @returns {import('../../charts/marks.js').Boundary[]}
 */
export function damaged(drawn, damageOf, axis, base) {
  /** @type {Set<string>} */
  const done = new Set();
  return drawn.flatMap((line) => {
    if (done.has(line.id)) return [];
    done.add(line.id);
    return damageOf(line.id).flatMap((damage) => {
      const x = placeOf(damage, line, axis, base);
      if (x === null || !Number.isFinite(x)) return [];
      const file = damage.path.slice(damage.path.lastIndexOf('/') + 1);
      return [{ x, color: line.color, text: say('damage.at', { run: line.label ?? line.id, n: damage.skipped, file, step: damage.step ?? 0, message: damage.message }) }];
    });
  });
}

/** @param {Damage} damage @param {import('./model.js').Drawn} line @param {import('../../charts/ticks.js').Axis} axis @param {bigint} base */
function placeOf({ step, wall_time }, line, axis, base) {
  if (step === null || wall_time === null) return null;
  if (axis === 'step') return step - Number(base);
  if (axis === 'wall') return wall_time;
  if (axis === 'relative') return wall_time - line.curve.origin;
  const { steps } = line.curve;
  const i = ascends(steps) ? firstFrom(steps, step) : steps.findIndex((/** @type {number} */ each) => each >= step);
  return i >= 0 && i < line.x.length ? line.x[i] : null;
}
