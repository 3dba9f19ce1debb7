// What is chosen for all charts: read from the URL, where everything that is not usual stands.

import { readLimit } from '../../charts/limits.js';

/**
 * @typedef {object} Settings
 * @property {number} smoothing weight, 0 for none
 * @property {import('../../lib/smooth.js').Smoother} smoother
 * @property {import('../../charts/ticks.js').Axis} axis
 * @property {string} over the tag whose values are x, on axis "tag"
 * @property {boolean} log logarithmic y
 * @property {boolean} logX
 * @property {boolean} newest only the newest of parts that overlap
 * @property {boolean} purged what a restart declared void is drawn
 * @property {import('../../charts/limits.js').Limits} limits of y
 * @property {boolean} aside outliers do not count for the y axis
 * @property {boolean} extremes lowest, highest and last are marked
 * @property {boolean} boundaries restarts and damage are marked
 * @property {boolean} names stand at the ends of lines
 * @property {boolean} linked one zoom for all charts
 * @property {import('../../charts/cursors.js').Order} order of the values at the crosshair
 * @property {'mean' | 'median' | 'min' | 'max'} center of a group of runs
 * @property {'minmax' | 'quartiles' | 'std' | 'sem' | 'ci95'} band around it
 * @property {boolean} members runs are drawn behind their groups
 */

const AXES = ['step', 'relative', 'wall', 'active', 'index', 'tag'];
export const CENTERS = /** @type {const} */ (['mean', 'median', 'min', 'max']);
export const BANDS = /** @type {const} */ (['minmax', 'quartiles', 'std', 'sem', 'ci95']);
const ORDERS = ['near', 'value', 'low', 'name'];

/** What x is, as one word. @param {Pick<Settings, 'axis' | 'over'>} settings */
export const axisKey = ({ axis, over }) => (axis === 'tag' ? `tag ${over}` : axis);

/**
 * The settings that the URL holds, or the usual ones.
 * @param {(key: string) => string | null} get
 * @returns {Settings}
 */
export function readSettings(get) {
  const smoothing = Number(get('smoothing') ?? 0);
  const over = get('over') ?? '';
  const asked = get('axis') ?? '';
  const axis = /** @type {Settings['axis']} */ (AXES.includes(asked) && (asked !== 'tag' || over) ? asked : 'step');
  const order = get('order') ?? '';
  const [center, band] = [get('center') ?? '', get('band') ?? ''];
  return {
    smoothing: smoothing >= 0 && smoothing < 1 ? smoothing : 0,
    smoother: get('smoother') === 'symmetric' ? 'symmetric' : 'ema',
    axis,
    over: axis === 'tag' ? over : '',
    log: get('y') === 'log',
    logX: get('x') === 'log' && axis !== 'wall',
    newest: get('parts') === 'newest',
    purged: get('purged') === 'shown',
    limits: [readLimit(get('ymin') ?? '') ?? null, readLimit(get('ymax') ?? '') ?? null],
    aside: get('outliers') === 'aside',
    extremes: get('marks') === 'extremes',
    boundaries: get('restarts') !== 'hidden',
    names: get('names') !== 'hidden',
    linked: get('zoom') === 'linked',
    order: /** @type {Settings['order']} */ (ORDERS.includes(order) ? order : 'near'),
    center: /** @type {Settings['center']} */ (CENTERS.includes(/** @type {any} */ (center)) ? center : 'mean'),
    band: /** @type {Settings['band']} */ (BANDS.includes(/** @type {any} */ (band)) ? band : 'minmax'),
    members: get('group_runs') === 'shown',
  };
}
