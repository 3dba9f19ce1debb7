// Elements without markup: everything that a page shows goes through these two functions, and text
// only ever becomes text nodes.

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {string | number | Node | null | undefined | false} Child */

/**
 * An HTML element. Properties named `on…` are listeners, `class` and `data-…`, `aria-…` and `role`
 * are attributes, `style` is an object for CSSOM; the rest are set as DOM properties.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any> | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') Object.assign(element.style, value);
    else if (name === 'class' || name.includes('-') || name === 'role' || name === 'for') {
      element.setAttribute(name, String(value));
    } else /** @type {any} */ (element)[name] = value;
  }
  append(element, children);
  return element;
}

/**
 * An SVG element; all properties but listeners are attributes.
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {SVGElement}
 */
export function s(tag, props, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, String(value));
  }
  append(element, children);
  return /** @type {SVGElement} */ (element);
}

/**
 * @param {Element} element
 * @param {(Child | Child[])[]} children
 */
function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Replaces what an element holds.
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}
