// The commands of the Scalars dashboard.

import { writtenGrouping } from '../../lib/grouping.js';
import { say } from '../../lib/say.js';

/**
 * @param {object} board
 * @param {import('../../app/types.js').Context} board.ctx
 * @param {() => import('./settings.js').Settings} board.settings
 * @param {(key: string, value: string | null) => void} board.change
 * @param {(all: 'open' | 'folded') => void} board.fold
 * @param {(direction: number) => void} board.smoothMore
 * @param {() => void} board.newCard
 * @param {() => void} board.compare
 * @returns {import('../../app/commands.js').Command[]}
 */
export function scalarCommands({ ctx, settings, change, fold, smoothMore, newCard, compare }) {
  const place = /** @type {const} */ ('scalars');
  /** @param {'step' | 'relative' | 'wall' | 'active' | 'index'} axis */
  const over = (axis) => ({
    name: say('command.axis', { axis: say(`over.${axis}`) }), place, when: () => settings().axis !== axis, act: () => change('axis', axis === 'step' ? null : axis),
  });
  return [
    { name: say('command.smooth.more'), place, keys: ']', act: () => smoothMore(1) },
    { name: say('command.smooth.less'), place, keys: '[', act: () => smoothMore(-1) },
    { name: say('command.smooth.none'), place, when: () => settings().smoothing > 0, act: () => change('smoothing', null) },
    over('step'), over('relative'), over('wall'), over('active'), over('index'),
    { name: say('command.log.y'), place, act: () => change('y', settings().log ? null : 'log') },
    { name: say('command.log.x'), place, when: () => settings().axis !== 'wall', act: () => change('x', settings().logX ? null : 'log') },
    { name: say('command.outliers'), place, act: () => change('outliers', settings().aside ? null : 'aside') },
    { name: say('command.linked'), place, act: () => change('zoom', settings().linked ? null : 'linked') },
    { name: say('command.open'), place, act: () => fold('open') },
    { name: say('command.fold'), place, act: () => fold('folded') },
    { name: say('command.card'), place, act: newCard },
    { name: say('command.group'), place, when: () => !ctx.runs.groups.groups.value && ctx.runs.groups.suggestion() !== null, act: () => ctx.runs.groupBy(writtenGrouping(ctx.runs.groups.suggestion())) },
    { name: say('command.ungroup'), place, when: () => ctx.runs.groups.groups.value !== null, act: () => ctx.runs.groupBy(null) },
    { name: say('command.compare'), place, act: compare },
    { name: say('command.table'), place, act: () => ctx.state.set('table', ctx.state.get('table') === 'wide' ? null : 'wide') },
  ];
}
