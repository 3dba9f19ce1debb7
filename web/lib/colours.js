// How runs are told apart: twenty colours for each light, dashes, and a scale for ordered values.
//
// Each list begins with its furthest colours, so that few runs are easy to tell apart. Any two of the
// twenty are 9 apart in OKLab (times 100), and 5 with protanopia, deuteranopia or tritanopia; below 2
// most people see no difference. Each has 3 to 1 against the page. tests/web/lib/colours.test.js
// computes it. They were found by a search for the largest least distance; the dark list is one of its
// own, because the light one made lighter falls together.

/** @typedef {'light' | 'dark'} Light */
/** @typedef {{ color: string, dash: number[] }} Style */

/** @type {Record<Light, string[]>} */
export const PALETTE = {
  light: ['#0072b2', '#d55e00', '#668f66', '#b81470', '#9d74f7', '#523d00', '#0000b8', '#006666', '#8f00ff', '#660052',
    '#b87aa3', '#cc14b8', '#3d287a', '#8f143d', '#ff14e0', '#ff3d7a', '#3d00e0', '#526600', '#cc283d', '#8f288f'],
  dark: ['#56b4e9', '#e69f00', '#f51f7a', '#5cffa3', '#ad52ff', '#f5ccff', '#667a00', '#e0ff00', '#e000cc', '#147acc',
    '#b8cc7a', '#a38f14', '#b8ffe0', '#b88fb8', '#8f8fff', '#00e0cc', '#a352a3', '#7ab88f', '#f5cc14', '#ff7a66'],
};

/** What has no value on a scale. @type {Record<Light, string>} */
export const NO_VALUE = { light: '#7d8594', dark: '#8993a3' };

export const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4]];

// The first dozen lines are solid; from then on colour is not the only thing that tells them apart.
const SOLID = 12;
/** How many runs differ in colour or dash. */
export const STYLES = PALETTE.light.length * DASHES.length;

/**
 * The style of the run with that number; the first `STYLES` are all different.
 * @param {number} number @param {Light} light
 * @returns {Style}
 */
export function styleOf(number, light) {
  const palette = PALETTE[light];
  const place = number % palette.length;
  const round = 2 * Math.floor(number / palette.length) + (place < SOLID ? 0 : 1);
  return { color: palette[place], dash: DASHES[round % DASHES.length] };
}

// Lightness, chroma and hue (in degrees) of OKLCH at the two ends. The larger value stands further from
// the page, and lightness alone tells the order, so that it is there for the colour-blind too.
/** @type {Record<Light, [number[], number[]]>} */
const SCALE = {
  light: [[0.65, 0.14, 75], [0.26, 0.14, -60]],
  dark: [[0.55, 0.17, -70], [0.93, 0.16, 105]],
};

/**
 * A colour of the ordered scale.
 * @param {number} place 0 for the lowest value, 1 for the highest @param {Light} light
 */
export function scaleColour(place, light) {
  const [from, to] = SCALE[light];
  const [lightness, chroma, hue] = from.map((low, i) => low + place * (to[i] - low));
  return hexOf(lightness, chroma, (hue * Math.PI) / 180);
}

/** @param {number} lightness @param {number} chroma @param {number} hue radians @returns {string} */
function hexOf(lightness, chroma, hue) {
  const rgb = linearOf(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
  if (rgb.some((v) => v < -1e-4 || v > 1.0001) && chroma > 0.01) return hexOf(lightness, chroma - 0.01, hue); // beyond the screen
  return `#${rgb.map((v) => Math.round(255 * gamma(Math.min(1, Math.max(0, v)))).toString(16).padStart(2, '0')).join('')}`;
}

/** Linear red, green and blue of an OKLab colour. @param {number} L @param {number} a @param {number} b */
function linearOf(L, a, b) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** @param {number} v */
function gamma(v) {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055;
}
