// Run in the page by test_chart_speed.py: five thousand lines in one chart, drawn, changed, pointed at.
async () => {
  const script = document.querySelector('script[type=module][src]').src;
  const at = (path) => new URL(path, script.replace(/(app|pack)\/main\.js$/, '')).href;
  const { create } = await import(at('charts/line_chart.js'));
  const { firstOf } = await import(at('charts/cursors.js'));
  const host = document.createElement('div');
  Object.assign(host.style, { position: 'fixed', left: 0, top: 0, width: '480px', height: '232px' });
  document.body.append(host);
  let drawn = () => {};
  const chart = create(host, { onCursor() {}, onZoom() {}, onStep() {}, onDrawn: () => drawn() });
  const colors = ['#0072b2', '#d55e00', '#668f66', '#b81470', '#9d74f7'];
  const x = Float64Array.from({ length: 100 }, (_, i) => i);
  const lines = Array.from({ length: 5000 }, (_, n) => {
    const y = Float64Array.from(x, (at) => Math.sin(at / 9 + n) + n / 1000);
    return { id: `${n}`, name: `run ${n}`, color: colors[n % 5], dash: n % 2 ? [] : [4, 2], x, y, raw: y };
  });
  const model = { axis: 'step', log: false, logX: false, extent: [0, 99], range: null, highlight: null, cursor: null, label: '' };
  const show = (some) => new Promise((done) => {
    const began = performance.now();
    drawn = () => done(performance.now() - began);
    chart.update({ ...model, lines: some });
  });
  await show(lines);
  const canvas = host.querySelector('canvas');
  const inkOf = () => new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer).filter((pixel) => pixel >>> 24 > 100).length;
  // Points that come: the picture is never one of a part of the lines.
  const inks = [inkOf()];
  for (let i = 0; i < 3; i += 1) {
    const grown = show(lines.map((line) => ({ ...line })));
    let going = true;
    grown.then(() => (going = false));
    while (going) {
      await new Promise(requestAnimationFrame);
      inks.push(inkOf());
    }
  }
  const updates = [];
  for (let i = 0; i < 5; i += 1) updates.push(await show(lines.slice(i + 1)));
  const gaps = [];
  let last = performance.now();
  let running = true;
  const watch = () => { gaps.push(performance.now() - last); last = performance.now(); if (running) requestAnimationFrame(watch); };
  requestAnimationFrame(watch);
  await show(lines);
  running = false;
  const hovers = [];
  for (let i = 0; i < 60; i += 1) {
    const began = performance.now();
    firstOf(chart.hits(i * 1.6, 50 + i), 'near', 12);
    chart.update({ ...model, lines, cursor: i * 1.6 });
    hovers.push(performance.now() - began);
  }
  return { updates, hovers, gaps, inks };
}
