// What the page says, in English; how a text is used is in lib/say.js.
//
// A key names the place and the thing. What stands in braces is given by the caller; a text with `n` in it
// has the two forms that English has. Every other language has the same keys with the same names in braces.
// One file, although it is long: whoever translates reads a language from its beginning to its end.

export const LANGUAGE = 'en';

export const TEXTS = /** @type {const} */ ({
  // what is counted
  'count.run': { one: '1 run', other: '{n} runs' },
  'count.point': { one: '1 point', other: '{n} points' },
  'count.file': { one: '1 file', other: '{n} files' },
  'count.byte': { one: '1 byte', other: '{n} bytes' },
  'count.problem': { one: '1 problem', other: '{n} problems' },

  // said in many places
  close: 'Close',
  'of.read': '{done} of {all} read',

  // the page around every dashboard
  'tab.scalars': 'Scalars',
  'tab.graphs': 'Graphs',
  'shell.dashboards': 'Dashboards',
  'shell.connected': 'connected',
  'shell.lost': 'not connected',
  'shell.lost.about': 'not connected: what is shown may be old',
  'shell.silent': 'The server does not answer',
  'shell.silent.api': 'The server does not answer. Is neuronboard still running?',
  'shell.gone': '{why}. What is shown is as of {time}; it is asked again and again, and the page goes on by itself.',
  'shell.failed': 'The server answered {status} to {path}',
  'shell.unknown': 'There is no dashboard “{id}”',
  'shell.unknown.out': 'Choose one of the tabs above.',
  'shell.facts': '{runs} · {points}',
  'shell.facts.about': '{path}: {files}, {bytes}',
  'shell.keys': 'Keys',
  'shell.version': 'NeuronBoard {version}',

  'look.title': 'Appearance',
  'look.theme': 'Theme',
  'look.theme.auto': 'As the system',
  'look.theme.light': 'Light',
  'look.theme.dark': 'Dark',
  'look.language': 'Language',
  'look.language.auto': 'As the browser',

  'log.title': 'Log directory',
  'log.path': 'Path',
  'log.files': 'Files',
  'log.bytes': 'Bytes',
  'log.bytes.waiting': '{read}; {bytes} at the end of files are no whole record yet',
  'log.points': 'Points',
  'log.series': 'Series',
  'log.series.none': 'none',
  'log.memory': 'Memory',
  'log.memory.limit': '{size} of {limit} allowed',
  'log.memory.each': '{size}, {each} bytes a point',
  'log.problems': 'Problems',
  'log.scanner': 'Scanner',
  'log.scanner.c': 'C extension',
  'log.scanner.python': 'pure Python: no compiler was there when NeuronBoard was installed',
  'log.loading': 'Loading {percent} %: {read} of {total}, {done} of {files}, {points} points so far',
  'log.loading.name': 'Loading',
  'log.damaged': 'Not everything could be read: {problems}',
  'log.damaged.at': '{message} at byte {offset}, {skipped} bytes skipped: ',
  'log.damaged.more': '{n} more, which api/status lists',

  'keys.filter': 'go to the filter',
  'keys.tabs': 'go to Scalars, Graphs',
  'keys.chart.move': 'in a chart: move the crosshair; with Shift by ten points, with Ctrl the view',
  'keys.chart.zoom': 'in a chart: closer, farther, everything; so does the wheel, with Ctrl or after a click',
  'keys.drag': 'drag',
  'keys.chart.drag': 'in a chart: look at a part; with Alt at a box, with Shift move the view',
  'keys.click': 'click, p',
  'keys.chart.pin': 'in a chart: pin a cursor; two tell difference and slope',
  'keys.chart.letters': 'in a chart: first NaN, outliers aside, log y, table',
  'keys.chart.escape': 'in a chart: take cursors away, show everything again; elsewhere: close',
  'keys.double': 'double-click',
  'keys.double.about': 'in a chart: show everything again; on a run: show only it',
  'keys.runs': 'in the runs: walk, fold and open; Space checks, with Shift a range; Enter shows only that run, c chooses its colour',
  'keys.graph.enter': 'in a graph: open or close a box, pull out what is tucked away; Space only chooses',
  'keys.graph.walk': 'in a graph: along an edge, with the data or against them; ← → to what stands beside; Esc to the box around',
  'keys.graph.zoom': 'in a graph: larger, smaller, all of it',
  'keys.help': 'show these keys',

  // the filter of runs
  'filter.near': '; did you mean “{name}”?',
  'filter.there': '; there are {names}',
});
