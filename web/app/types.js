// What a dashboard is given.

/**
 * @typedef {object} Context
 * @property {import('./api.js').Api} api
 * @property {import('./commands.js').Commands} commands
 * @property {import('./state.js').State} state
 * @property {import('./live.js').Live} live
 * @property {import('./runs.js').Runs} runs
 * @property {import('../lib/signal.js').Signal<'light' | 'dark'>} theme
 * @property {import('../lib/signal.js').Signal<Status>} status
 * @property {{ made: number } | null} report of a page that is a file: when it was made, in seconds since 1970
 * @property {[string, string][]} roots names and paths of the folders that are shown; one alone has the name ""
 *
 * @typedef {{ run: string | null, path: string, offset: number, skipped: number, message: string }} Problem
 *
 * @typedef {object} Status
 * @property {number} version
 * @property {'missing' | 'empty' | 'loading' | 'ready'} phase
 * @property {string} logdir
 * @property {number} files
 * @property {number} files_read
 * @property {number} bytes_read
 * @property {number} bytes_total
 * @property {number} points
 * @property {Record<string, number>} series how many there are of each kind
 * @property {number} memory bytes that points and tags take
 * @property {number} memory_limit
 * @property {boolean} extension whether the fast scanner is there
 * @property {Problem[]} problems
 */

export {};
