// "Copy as Python": a program that makes a card's figure again, from every point of the log.

/**
 * @typedef {import('./settings.js').Settings} Settings
 * @typedef {{ run: string, tag: string, name: string, color: string, dash: number[] }} Series
 *
 * @typedef {object} Figure
 * @property {[string, string][]} roots names and paths of the log directory's folders
 * @property {string} title
 * @property {Series[]} series
 * @property {Settings} settings
 * @property {[number, number] | null} range of x
 * @property {import('../../charts/limits.js').Limits} limits of y
 * @property {boolean} many whether there are so many points that WebGL has to draw them
 */

const X_TITLES = { step: 'Step', relative: 'Seconds since the beginning', wall: 'Time (UTC)', active: 'Active seconds', index: 'Point', tag: '' };

/** A text as Python writes it; JSON's escapes are Python's too. @param {string} text */
const quoted = (text) => JSON.stringify(text);

/** @param {number} value */
const written = (value) => (Number.isFinite(value) ? String(value) : 'None');

/** @param {number | null} low @param {number | null} high @param {boolean} log */
function pair(low, high, log) {
  const at = (/** @type {number | null} */ end) => (end === null ? 'None' : written(log ? Math.log10(end) : end));
  return `[${at(low)}, ${at(high)}]`;
}

/** The ends of the axis of wall time as dates. @param {[number, number]} range */
const dates = (range) => `[${range.map((end) => quoted(new Date(end * 1000).toISOString().replace('Z', ''))).join(', ')}]`;

/** @param {Figure} figure */
function layoutOf({ title, settings, range, limits }) {
  const { axis, over, log, logX } = settings;
  const options = [['title', quoted(title)], ['xaxis_title', quoted(axis === 'tag' ? over : X_TITLES[axis])]];
  if (logX) options.push(['xaxis_type', '"log"']);
  if (range) options.push(['xaxis_range', axis === 'wall' ? dates(range) : pair(range[0], range[1], logX)]);
  if (log) options.push(['yaxis_type', '"log"']);
  if (limits.some((end) => end !== null)) options.push(['yaxis_range', pair(limits[0], limits[1], log)]);
  return options.map(([name, value]) => `    ${name}=${value},`);
}

/** What `curves` is to give. @param {Settings} settings */
function curvesOf({ axis, over, smoothing, smoother, newest, purged }) {
  const options = [];
  if (axis !== 'step') options.push(`axis=${quoted(axis)}`);
  if (axis === 'tag') options.push(`over=${quoted(over)}`);
  if (smoothing) options.push(`smoothing=${smoothing}`);
  if (smoothing && smoother !== 'ema') options.push(`smoother=${quoted(smoother)}`);
  if (newest) options.push('newest=True');
  if (purged) options.push('purged=True');
  return ['tag', ...options].join(', ');
}

/** @param {Figure} figure @returns {string} */
export function pythonOf(figure) {
  const { roots, series, settings, many } = figure;
  const logdir = roots.length === 1 && !roots[0][0] ? quoted(roots[0][1]) : `{${roots.map(([name, path]) => `${quoted(name)}: ${quoted(path)}`).join(', ')}}`;
  const rows = series.map(({ run, tag, name, color, dash }) => `    (${[run, tag, name, color, dash.length ? dash.map((length) => `${length}px`).join(',') : 'solid'].map(quoted).join(', ')}),`);
  const trace = many ? 'go.Scattergl' : 'go.Scatter';
  const x = settings.axis === 'wall' ? '(curve.x * 1e6).astype("datetime64[us]")' : 'curve.x';
  const raw = [
    '        figure.add_trace(',
    `            ${trace}(x=x, y=curve.values, mode=mode, line=line, opacity=0.22, hoverinfo="skip", legendgroup=name, showlegend=False)`,
    '        )',
  ];
  return [
    'import neuronboard',
    'import plotly.graph_objects as go',
    '',
    `logs = neuronboard.open(${logdir})`,
    'figure = go.Figure()',
    'for run, tag, name, color, dash in [',
    ...rows,
    ']:',
    `    for number, curve in enumerate(logs.runs[run].curves(${curvesOf(settings)})):`,
    `        x = ${x}`,
    '        mode = "lines" if len(x) > 1 else "markers"',
    '        line = {"color": color, "dash": dash, "width": 1.5}',
    ...(settings.smoothing ? raw : []),
    '        figure.add_trace(',
    `            ${trace}(x=x, y=curve.y, mode=mode, line=line, name=name, legendgroup=name, showlegend=number == 0)`,
    '        )',
    'figure.update_layout(',
    ...layoutOf(figure),
    '    template="plotly_white",',
    ')',
    'figure',
    '',
  ].join('\n');
}
