// When each node of a step ran, on which device and thread: a row for each of them.

import { h } from '../../lib/dom.js';
import { say } from '../../lib/say.js';
import { formatMicros } from './panel.js';
import { readPalette } from './palette.js';

const [ROW, LABEL, TOP] = [24, 180, 30]; // px
const LEAST = 0.6; // px that a span is wide

/**
 * @typedef {{ node: string[], path: (string | null)[], device: string[], thread: (string | number)[], start_us: number[], duration_us: number[] }} Spans
 * @param {(path: string) => void} onGo
 */
export function createTimeline(onGo) {
  const canvas = h('canvas', { role: 'img' });
  const tip = h('p', { class: 'timeline-tip', role: 'status' });
  const scroll = h('div', { class: 'timeline-rows' }, canvas);
  const element = h('div', { class: 'timeline' }, tip, scroll);
  /** @type {{ rows: string[], row: number[], spans: Spans } | null} */
  let shown = null;
  let [low, high] = [0, 1]; // µs at the edges
  let [first, last] = [0, 1]; // µs of all

  const width = () => Math.max(200, scroll.clientWidth);
  const x = (/** @type {number} */ us) => LABEL + ((us - low) / (high - low)) * (width() - LABEL - 10);
  const us = (/** @type {number} */ px) => low + ((px - LABEL) / (width() - LABEL - 10)) * (high - low);

  function draw() {
    if (!shown) return;
    const { rows, row, spans } = shown;
    const palette = readPalette();
    const [wide, tall] = [width(), TOP + rows.length * ROW + 8];
    Object.assign(canvas, { width: wide * devicePixelRatio, height: tall * devicePixelRatio });
    Object.assign(canvas.style, { width: `${wide}px`, height: `${tall}px` });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.scale(devicePixelRatio, devicePixelRatio);
    context.font = `11px ${palette.font}`;
    context.textBaseline = 'middle';
    for (const since of ticks(low - first, high - first)) {
      const [line, text] = [Math.round(x(first + since)), formatMicros(since)];
      context.fillStyle = palette.border;
      context.fillRect(line, TOP - 6, 1, tall);
      context.fillStyle = palette['text-2'];
      const ends = line + 3 + context.measureText(text).width > wide; // then it stands before its line
      context.textAlign = ends ? 'right' : 'left';
      context.fillText(text, ends ? line - 3 : line + 3, 12);
    }
    context.textAlign = 'left';
    context.save();
    context.beginPath();
    context.rect(LABEL, TOP, wide - LABEL, tall);
    context.clip();
    for (let i = 0; i < row.length; i += 1) {
      const left = x(spans.start_us[i]);
      const right = Math.max(left + LEAST, x(spans.start_us[i] + spans.duration_us[i]));
      if (right < LABEL || left > wide) continue;
      const y = TOP + row[i] * ROW + 3;
      context.fillStyle = palette.group;
      context.fillRect(left, y, right - left, ROW - 6);
      context.fillStyle = palette['group-edge'];
      context.fillRect(left, y, Math.min(1.5, right - left), ROW - 6);
      if (right - left > 44) {
        context.fillStyle = palette.text;
        context.save();
        context.beginPath();
        context.rect(left, y, right - left - 2, ROW);
        context.clip();
        context.fillText(spans.node[i], Math.max(left, LABEL) + 5, y + (ROW - 6) / 2);
        context.restore();
      }
    }
    context.restore();
    rows.forEach((name, r) => {
      context.fillStyle = palette['text-2'];
      context.fillText(name.length > 28 ? `…${name.slice(-27)}` : name, 4, TOP + r * ROW + ROW / 2, LABEL - 8);
    });
  }
  /** The span under a point, or -1. @param {MouseEvent} event */
  function at(event) {
    if (!shown) return -1;
    const box = canvas.getBoundingClientRect();
    const [time, r] = [us(event.clientX - box.left), Math.floor((event.clientY - box.top - TOP) / ROW)];
    const slack = (high - low) / width();
    const { row, spans } = shown;
    for (let i = row.length - 1; i >= 0; i -= 1) {
      if (row[i] === r && time >= spans.start_us[i] - slack && time <= spans.start_us[i] + spans.duration_us[i] + slack) return i;
    }
    return -1;
  }
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const here = us(event.clientX - canvas.getBoundingClientRect().left);
    const factor = Math.exp(event.deltaY * 0.0016);
    [low, high] = [Math.max(first, here - (here - low) * factor), Math.min(last, here + (high - here) * factor)];
    draw();
  }, { passive: false });
  canvas.addEventListener('pointermove', (event) => {
    if (event.buttons & 1) {
      const by = (event.movementX / (width() - LABEL)) * (high - low);
      const shift = Math.max(first - low, Math.min(last - high, -by));
      [low, high] = [low + shift, high + shift];
      draw();
      return;
    }
    const i = at(event);
    if (i >= 0 && shown) tip.textContent = say('timeline.span', { node: shown.spans.node[i], start: formatMicros(shown.spans.start_us[i] - first), time: formatMicros(shown.spans.duration_us[i]), device: shown.spans.device[i] });
  });
  canvas.addEventListener('dblclick', (event) => {
    const path = shown?.spans.path?.[at(event)];
    if (path) onGo(path);
  });
  const observer = new ResizeObserver(draw);
  observer.observe(scroll);
  return {
    element,
    /** @param {Spans} spans */
    update(spans) {
      const names = spans.node.map((_, i) => [spans.device[i], spans.thread?.[i]].filter((part) => part !== null && part !== undefined && part !== '').join(' · '));
      const { rows, row } = lanes(names, spans);
      shown = { rows, row, spans };
      first = spans.start_us.reduce((least, start) => Math.min(least, start), Infinity);
      last = spans.start_us.reduce((most, start, i) => Math.max(most, start + spans.duration_us[i]), -Infinity);
      [low, high] = [first, last];
      canvas.setAttribute('aria-label', say('timeline.about', { nodes: say('count.node', { n: spans.node.length }), threads: new Set(names).size, time: formatMicros(last - first) }));
      tip.textContent = say('timeline.hint');
      draw();
    },
    destroy: () => observer.disconnect(),
  };
}

/**
 * A row for each thread, and more where its spans overlap: programs that do not tell threads apart
 * say that all ran on one. The further rows have no name.
 * @param {string[]} names of each span's thread @param {{ start_us: number[], duration_us: number[] }} spans
 * @returns {{ rows: string[], row: number[] }} names of the rows, and the row of each span
 */
export function lanes(names, { start_us: start, duration_us: duration }) {
  const order = [...names.keys()].sort((a, b) => start[a] - start[b] || duration[b] - duration[a]);
  /** @type {Map<string, number[]>} when each lane of a thread is free again */
  const free = new Map([...new Set(names)].sort().map((name) => [name, []]));
  const lane = new Int32Array(names.length);
  for (const i of order) {
    const ends = /** @type {number[]} */ (free.get(names[i]));
    const at = ends.findIndex((end) => end <= start[i]);
    lane[i] = at < 0 ? ends.length : at;
    ends[lane[i]] = start[i] + duration[i];
  }
  /** @type {string[]} */
  const rows = [];
  const first = new Map();
  for (const [name, ends] of free) {
    first.set(name, rows.length);
    rows.push(...ends.map((_, n) => (n ? '' : name)));
  }
  return { rows, row: names.map((name, i) => first.get(name) + lane[i]) };
}

/** Round times between two. @param {number} low @param {number} high */
function ticks(low, high) {
  const raw = (high - low) / 8;
  const base = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * base).find((one) => one >= raw) ?? raw;
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) found.push(at);
  return found;
}
