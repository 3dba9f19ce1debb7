// Starts the page: reads what came with it, puts up the shell, and mounts the dashboard of the URL.

import { isAtLeast, withVersion } from '../lib/move.js';
import { signal } from '../lib/signal.js';
import { createApi } from './api.js';
import { createFileApi, createStill } from './file_api.js';
import { createCommands } from './commands.js';
import { createLive } from './live.js';
import { createRuns } from './runs.js';
import { createSaved } from './saved.js';
import { createShell } from './shell.js';
import { createState } from './state.js';
import { createTheme } from './theme.js';

const boot = JSON.parse(/** @type {HTMLElement} */ (document.getElementById('boot')).textContent ?? '');
const api = boot.report ? createFileApi(boot) : createApi(boot.answers);
if (boot.report?.hash && location.hash.length < 2) history.replaceState(null, '', boot.report.hash);
const saved = createSaved(api, boot.view);
const state = createState(boot.dashboards[0].id, saved);
await state.open();
const { choice, theme } = createTheme(state);
const status = signal(boot.answers['api/status']);
const runs = createRuns(state, theme, status, localStorage, api);
const live = boot.report ? createStill(boot.cursor) : createLive(api);
/** @type {import('./types.js').Context} */
const context = { api, commands: createCommands(), state, live, runs, theme, status, roots: boot.roots, report: boot.report ?? null };
const shell = createShell(context, boot, choice, saved);

/** @type {{ destroy(): void, arrive?: () => void } | null} a dashboard that cannot follow a URL that was gone to is made anew */
let mounted = null;
let shown = '';

async function show() {
  const { dashboard } = state;
  if (dashboard === shown) return;
  shown = dashboard;
  shell.select(dashboard);
  mounted?.destroy();
  mounted = null;
  if (!boot.dashboards.some((/** @type {{ id: string }} */ known) => known.id === dashboard)) {
    shell.unknown(dashboard);
    return;
  }
  const module = await import(`../dashboards/${dashboard}/index.js`);
  if (shown === dashboard) mounted = module.mount(shell.clear(), context);
}

const FACTS = 500; // ms between two looks of the head of the page, of which every point is a change
const held = { status: boot.cursor, runs: boot.cursor };
/** @type {number | undefined} */
let telling;
let facts = {};

/** Asks for those of the two lists that changed. @param {import('../lib/move.js').Move} move */
async function refresh(move) {
  try {
    await Promise.all([move.isOld('status', held.status) && askStatus(move.cursor), move.isOld('runs', held.runs) && askRuns(move.cursor)]);
  } catch (error) {
    shell.disconnected(/** @type {Error} */ (error).message);
  }
}
/** @param {string} cursor */
async function askStatus(cursor) {
  const run = status.value.phase === 'loading' ? runs.watched() : undefined;
  const answer = await api.get('api/status', { run });
  const next = withVersion(cursor, answer.version);
  if (isAtLeast(held.status, next) && held.status !== next) return; // a later answer overtook this one
  facts = {};
  status.value = answer;
  held.status = next;
}
/** @param {string} cursor */
async function askRuns(cursor) {
  const { runs: list, version } = await api.get('api/runs');
  const next = withVersion(cursor, version);
  if (isAtLeast(held.runs, next) && held.runs !== next) return; // a later answer overtook this one
  held.runs = next;
  runs.set(list, next);
}
function tellFacts() {
  telling = undefined;
  status.value = { ...status.value, ...facts };
}

await Promise.all([askStatus(boot.cursor), askRuns(boot.cursor)]);
state.subscribe(show);
state.onArrival(() => {
  if (state.dashboard !== shown) return;
  if (mounted?.arrive) mounted.arrive();
  else shown = '';
});
live.subscribe((move) => {
  api.forget();
  runs.facts.follow();
  facts = move.facts;
  telling ??= setTimeout(tellFacts, FACTS);
  refresh(move);
});
live.onConnection((connected) => shell.connected(connected));
live.start(boot.cursor);
await show();
