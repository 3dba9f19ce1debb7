// Run in the page by test_fidelity.py: draws curves whole and reduced, and counts the pixels that
// differ.
async ({ runs, width, height, zooms, settings }) => {
  const base = document.baseURI;
  const script = document.querySelector('script[type=module][src]').src;
  const at = (path) => new URL(path, script.replace(/(app|pack)\/main\.js$/, '')).href;
  const { create } = await import(at('charts/line_chart.js'));
  const { decode } = await import(at('lib/columns.js'));
  const { xColumn } = await import(at('dashboards/scalars/curves.js'));
  const silent = { onCursor() {}, onZoom() {}, onStep() {} };
  const place = (number) => {
    const host = document.createElement('div');
    Object.assign(host.style, { position: 'fixed', left: 0, top: `${number * 7}px`, width: `${width}px`, height: `${height}px` });
    document.body.append(host);
    const one = { host, then: () => {} };
    one.chart = create(host, { ...silent, onDrawn: () => one.then() });
    Object.assign(host.firstChild.style, { width: '100%', height: '100%' });
    return one;
  };
  const combinations = settings.flatMap((setting) => zooms.map((zoom) => ({ ...setting, zoom })));
  const places = combinations.flatMap((_, i) => [place(2 * i), place(2 * i + 1)]);
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await frames();
  const ask = async (params) => decode(await (await fetch(new URL(`api/scalars/series?${new URLSearchParams(params)}`, base))).arrayBuffer());
  const model = (answer, { axis, log, logX }, extent, range) => ({
    lines: answer.series.map((one, i) => ({
      id: `${i}`, color: '#2060c0', dash: [], x: xColumn({ steps: one.steps, walls: one.wall_times, origin: one.origin }, axis),
      y: one.smoothed ?? one.values, raw: one.values,
    })),
    axis, log, logX, extent, range, highlight: null, cursor: null, label: 'x',
  });
  // Charts share the time of a frame, so that some are drawn in a later one.
  const draw = (one, what) => new Promise((done) => {
    one.then = done;
    one.chart.update(what);
  });
  const pixelsOf = ({ host }) => {
    const canvas = host.querySelector('canvas');
    return new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  };
  const found = { drawn: 0, different: [], points: 0, sent: 0, ink: 0 };
  for (const run of runs) {
    await Promise.all(combinations.map(async (setting, i) => {
      const { axis, log, logX, smoothing, zoom } = setting;
      const params = { tag: 'v', run, axis, x_scale: logX ? 'log' : 'linear', y_scale: log ? 'log' : 'linear', smoothing };
      const whole = await ask(params);
      const [low, high] = whole.bounds;
      const range = zoom[0] === 0 && zoom[1] === 1 ? null : zoom.map((part) => low + (high - low) * part);
      const [a, b] = range ?? [low, high];
      const reduced = await ask({ ...params, pixels: places[0].chart.pixels(), low: a, high: b });
      await Promise.all([
        draw(places[2 * i], model(whole, setting, whole.bounds, range)),
        draw(places[2 * i + 1], model(reduced, setting, whole.bounds, range)),
      ]);
      found.points += whole.series.reduce((sum, one) => sum + one.total, 0);
      found.sent += reduced.series.reduce((sum, one) => sum + one.steps.length, 0);
    }));
    combinations.forEach((setting, i) => {
      const [a, b] = [pixelsOf(places[2 * i]), pixelsOf(places[2 * i + 1])];
      let different = 0;
      for (let at = 0; at < a.length; at += 1) different += Number(a[at] !== b[at]);
      if (different) found.different.push(`${run} ${JSON.stringify(setting)}: ${different}`);
      found.drawn += 1;
      found.ink += Number(a.some((pixel) => (pixel & 0xff) < 0x60 && (pixel >> 16 & 0xff) > 0x90 && pixel >>> 24 > 0xc0));
    });
  }
  return found;
}
