// Questions to the server: GET, relative to the page, first answers from the page itself.

export class ApiError extends Error {
  /** @param {number} status 0 when the server did not answer @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @typedef {Record<string, string | number | string[] | undefined>} Params */

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
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, String(item));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** @param {string} url @param {AbortSignal} [abort] */
async function ask(url, abort) {
  let response;
  try {
    response = await fetch(url, { signal: abort, cache: 'no-cache' });
  } catch (error) {
    if (abort?.aborted) throw error;
    throw new ApiError(0, 'The server does not answer. Is neuronboard still running?');
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    const message = answer?.error?.message ?? `the server answered ${response.status}`;
    throw new ApiError(response.status, message);
  }
  return answer;
}
