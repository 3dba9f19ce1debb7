// Wheel, drag, pinch and click on the picture.

const SLOP = 4; // px that a pointer may move and still click
const DOUBLE = 350; // ms between two clicks

/**
 * @param {HTMLElement} host
 * @param {{ onZoom(factor: number, x: number, y: number): void, onDrag(dx: number, dy: number): void, onClick(x: number, y: number): void,
 *     onDouble(x: number, y: number): void, onHover(x: number, y: number): void, onOut(): void }} on
 */
export function listen(host, on) {
  /** @type {Map<number, { x: number, y: number }>} */
  const down = new Map();
  let dragged = false;
  let last = { time: 0, x: 0, y: 0 };
  const place = (/** @type {{ clientX: number, clientY: number }} */ event) => {
    const box = host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const ours = (/** @type {Event} */ event) => !(/** @type {Element} */ (event.target)).closest('[data-own]');

  const handlers = /** @type {Record<string, (event: any) => void>} */ ({
    wheel(event) {
      if (!ours(event)) return;
      event.preventDefault();
      const { x, y } = place(event);
      const lines = event.deltaMode === 1 ? 16 : 1;
      on.onZoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), x, y);
    },
    pointerdown(event) {
      if (!ours(event) || event.button > 0) return;
      down.set(event.pointerId, place(event));
      if (down.size === 1) dragged = false;
    },
    pointermove(event) {
      const from = down.get(event.pointerId);
      const to = place(event);
      if (!from) {
        if (ours(event) && event.pointerType !== 'touch') on.onHover(to.x, to.y);
        else on.onOut();
        return;
      }
      if (down.size === 2) pinch(event.pointerId, from, to);
      else if (!dragged && Math.hypot(to.x - from.x, to.y - from.y) < SLOP) return;
      else {
        if (!dragged) host.setPointerCapture(event.pointerId);
        on.onDrag(to.x - from.x, to.y - from.y);
      }
      dragged = true;
      down.set(event.pointerId, to);
    },
    pointerup(event) {
      const from = down.get(event.pointerId);
      down.delete(event.pointerId);
      if (!from || dragged) return;
      const { x, y } = place(event);
      const twice = event.timeStamp - last.time < DOUBLE && Math.hypot(x - last.x, y - last.y) < 2 * SLOP;
      last = { time: twice ? 0 : event.timeStamp, x, y };
      if (twice) on.onDouble(x, y);
      else on.onClick(x, y);
    },
    pointercancel(event) {
      down.delete(event.pointerId);
    },
    pointerleave: () => on.onOut(),
  });
  /** @param {number} id @param {{ x: number, y: number }} from @param {{ x: number, y: number }} to */
  function pinch(id, from, to) {
    const other = /** @type {{ x: number, y: number }} */ ([...down].find(([pointer]) => pointer !== id)?.[1]);
    const [before, after] = [from, to].map(({ x, y }) => Math.hypot(x - other.x, y - other.y));
    if (before > 0) on.onZoom(after / before, (to.x + other.x) / 2, (to.y + other.y) / 2);
  }
  for (const [name, handler] of Object.entries(handlers)) host.addEventListener(name, handler, name === 'wheel' ? { passive: false } : undefined);
  return () => Object.entries(handlers).forEach(([name, handler]) => host.removeEventListener(name, handler));
}
