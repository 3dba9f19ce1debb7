// The keys that the columns of the run table have, in the URL too: name, status, start, duration, points,
// nan_step; "param:<hyper-parameter>"; "<stat>:<tag>" with last, min, max, best, best_min or best_max.

/** Columns that every run has. */
export const FIXED = ['name', 'status', 'start', 'duration', 'points', 'nan_step'];

// Tags of which a larger value is better; of the others a smaller one is.
const UPWARD = /acc|auc|f1|precision|recall|reward|return|score|bleu|rouge|iou|map\b|psnr|ssim|success|정확도/i;
const DOWNWARD = /loss|error|perplexity|손실/i;

/** Whether the best value of a tag is the highest. @param {string} tag */
export const isUpward = (tag) => UPWARD.test(tag) && !DOWNWARD.test(tag);

/** @param {string} key @returns {{ kind: string, name: string }} of a key that is none of `FIXED` */
export function partsOf(key) {
  const colon = key.indexOf(':');
  return { kind: key.slice(0, Math.max(0, colon)), name: key.slice(colon + 1) };
}

/** The tag that a column tells of, or null. @param {string} key */
export function tagOf(key) {
  const { kind, name } = partsOf(key);
  return kind && kind !== 'param' ? name : null;
}

/** The column of the server's answer that a stat is read from. @param {string} kind @param {string} tag */
export function statOf(kind, tag) {
  if (kind === 'best') return isUpward(tag) ? 'max' : 'min';
  return kind.replace('best_', '');
}
