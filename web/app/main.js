// Starts the page: reads what came with it, puts up the shell, and mounts the dashboard of the URL.

import { signal } from '../lib/signal.js';
import { createApi } from './api.js';
import { createLive } from './live.js';
import { createRuns } from './runs.js';
import { createShell } from './shell.js';
import { createState } from './state.js';
import { createTheme } from './theme.js';

const boot = JSON.parse(/** @type {HTMLElement} */ (document.getElementById('boot')).textContent ?? '');
const { choice, theme } = createTheme();
const state = createState(boot.dashboards[0].id);
const api = createApi(boot.answers);
const runs = createRuns(state, theme);
const live = createLive(api);
const status = signal(boot.answers['api/status']);
/** @type {import('./types.js').Context} */
const context = { api, state, live, runs, theme, status };
const shell = createShell(context, boot, choice);

/** @type {{ destroy(): void } | null} */
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

async function refresh() {
  try {
    const run = status.value.phase === 'loading' ? runs.watched() : undefined;
    const [nextStatus, nextRuns] = await Promise.all([api.get('api/status', { run }), api.get('api/runs')]);
    status.value = nextStatus;
    runs.set(nextRuns.runs);
  } catch (error) {
    shell.disconnected(/** @type {Error} */ (error).message);
  }
}

await refresh();
state.subscribe(show);
live.subscribe(() => {
  api.forget();
  refresh();
});
live.onConnection((connected) => shell.connected(connected));
live.start(status.value.version);
await show();
