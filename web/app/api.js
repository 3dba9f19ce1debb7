// Questions to the server: GET, relative to the page, first answers from the page itself.

import { decode } from '../lib/columns.js';
import { h } from '../lib/dom.js';
import { say } from '../lib/say.js';

export class ApiError extends Error {
  /** @param {number} status 0 when the server did not answer @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @typedef {Record<string, string | number | string[] | null | undefined>} Params */

/** @param {Record<string, any>} inlined answers that came with the page */
export function createApi(inlined) {
  const first = new Map(Object.entries(inlined));
  return {
    /**
     * @param {string} path such as "api/runs"
     * @param {Params} [params]
     * @param {AbortSignal} [abort]
     * @returns {Promise<any>}
     */
    async get(path, params = {}, abort) {
      const url = withParams(path, params);
      const known = first.get(url);
      first.delete(url);
      return known ?? ask(url, abort);
    },
    /**
     * An answer with columns, decoded.
     * @param {string} path such as "api/scalars/series"
     * @param {Params} [params]
     * @param {AbortSignal} [abort]
     * @returns {Promise<any>}
     */
    async columns(path, params = {}, abort) {
      const response = await fetched(withParams(path, { ...params, compress: far() ? 1 : undefined }), abort);
      return decode(await response.arrayBuffer());
    },
    /** An answer that is plain text. @param {string} url @returns {Promise<string>} */
    async text(url) {
      return (await fetched(url)).text();
    },
    /**
     * Sends a file, and gives the answer.
     * @param {string} path @param {Params} params @param {Blob} body
     * @returns {Promise<any>}
     */
    async post(path, params, body) {
      const headers = { 'content-type': 'application/octet-stream' };
      return (await fetched(withParams(path, params), undefined, { method: 'POST', body, headers })).json();
    },
    /**
     * Writes or deletes something small that the server keeps, and gives the answer.
     * @param {'PUT' | 'DELETE'} method @param {string} path @param {any} [value] as JSON
     * @returns {Promise<any>}
     */
    async send(method, path, value) {
      const headers = { 'content-type': 'application/json' };
      return (await fetched(path, undefined, value === undefined ? { method } : { method, body: JSON.stringify(value), headers })).json();
    },
    /**
     * Lets the browser save a file that is sent while it is written. The question is asked first, to hear
     * what is wrong with it here and not in another page.
     * @param {string} path @param {Record<string, string[]>} fields
     */
    async download(path, fields) {
      const abort = new AbortController();
      const body = new URLSearchParams(Object.entries(fields).flatMap(([name, values]) => values.map((value) => [name, value])));
      await fetched(path, abort.signal, { method: 'POST', body });
      abort.abort();
      const inputs = [...body].map(([name, value]) => h('input', { type: 'hidden', name, value }));
      const form = h('form', { method: 'POST', action: path, hidden: true }, inputs);
      document.body.append(form);
      form.submit();
      form.remove();
    },
    /** The URL of a question. @param {string} path @param {Params} params */
    url: (path, params) => withParams(path, params),
    /** Drops the answers that came with the page: the log has moved since. */
    forget() {
      first.clear();
    },
  };
}

/** @typedef {ReturnType<typeof createApi>} Api */

/** @param {string} path @param {Params} params */
export function withParams(path, params) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null) continue;
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, String(item));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** @param {string} url @param {AbortSignal} [abort] */
async function ask(url, abort) {
  const response = await fetched(url, abort);
  return response.json();
}

/** The response of a question that was answered. @param {string} url @param {AbortSignal} [abort] @param {RequestInit} [how] */
async function fetched(url, abort, how) {
  let response;
  try {
    response = await fetch(url, { signal: abort, cache: 'no-cache', ...how });
  } catch (error) {
    if (abort?.aborted) throw error;
    throw new ApiError(0, say('shell.silent.api'));
  }
  if (response.ok) return response;
  const answer = await response.json().catch(() => null);
  throw new ApiError(response.status, answer?.error?.message ?? say('shell.failed', { status: String(response.status), path: new URL(url, location.href).pathname }));
}

// Beyond this round trip, in milliseconds, columns are worth compressing.
const FAR = 8;

/**
 * Whether the server is far: by the quickest answer to any file of the page, of which some are short,
 * so that neither a busy server nor a long answer looks like a long way. A tunnel looks near to it.
 */
function far() {
  const entries = /** @type {PerformanceResourceTiming[]} */ ([...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]);
  const waits = entries.map(({ requestStart, responseStart }) => responseStart - requestStart).filter((wait) => wait > 0);
  return waits.length > 0 && Math.min(...waits) > FAR;
}
