import assert from 'node:assert/strict';
import test from 'node:test';

import { decode } from '../../../../web/lib/columns.js';
import { boundsOf, createGroupCurves } from '../../../../web/dashboards/scalars/group_curves.js';
import { describeGroups, groupCells, groupHeads, groupLines, groupsIn, groupTable, memberLines } from '../../../../web/dashboards/scalars/group_lines.js';
import { firstNotFinite, leftOut } from '../../../../web/dashboards/scalars/model.js';
import { readSettings } from '../../../../web/dashboards/scalars/settings.js';

const settings = readSettings(() => null);
const picture = { ...settings, range: /** @type {[number, number] | null} */ (null), pixels: 100 };
const numbers = { numbers: () => ({ of: 'abc', text: (/** @type {readonly string[]} */ ids) => ids.map((id) => id.slice(1)).join(',') }) };

/** A server that answers each group with a curve of its own. @param {any} [more] */
function server(more = {}) {
  /** @type {any[]} */
  const asked = [];
  return {
    asked,
    cursor: 'a.1',
    /** @param {string} _path @param {any} params */
    async columns(_path, params) {
      asked.push(params);
      const groups = params.group.map((/** @type {string} */ text) => ({
        x: Float64Array.of(0, 1), n: Float64Array.of(2, 1), center: Float64Array.of(1, Number(text.split(',')[0])), low: Float64Array.of(0, NaN), high: Float64Array.of(2, NaN),
        runs: 2, total: 2, within: 2, reduced: false, extent: [0, 1], newest: 1000, not_finite: 0, first_not_finite: null, ...more,
      }));
      return { groups, cursor: this.cursor, bounds: params.low === undefined ? [0, 1] : [params.low, params.high] };
    },
  };
}
const wanted = [{ id: 'group:a', members: ['r0', 'r1'] }, { id: 'group:b', members: ['r2', 'r3'] }];

test('groups are asked for by the numbers of their runs, once', async () => {
  const api = server();
  const curves = createGroupCurves(api, 'loss', numbers);
  assert.equal(await curves.load(wanted, picture, { cursor: 'a.1' }), Infinity);
  assert.deepEqual([api.asked[0].tag, api.asked[0].of, api.asked[0].group, api.asked[0].band], ['loss', 'abc', ['0,1', '2,3'], 'minmax']);
  await curves.load(wanted, picture, { cursor: 'a.1' });
  await curves.load(wanted, { ...picture, range: [0, 0.5] }, { cursor: 'a.1' }); // all their points are here
  assert.equal(api.asked.length, 1);
  assert.equal(curves.known.get('group:b')?.curve.center[1], 2);
  assert.ok(curves.bytes() > 0);
});

test('what is asked of a group tells nothing of the others', async () => {
  const api = server();
  const curves = createGroupCurves(api, 'loss', numbers);
  await curves.load([wanted[0]], picture, { cursor: 'a.1' });
  await curves.load(wanted, picture, { cursor: 'a.1' });
  assert.deepEqual(api.asked.map(({ group }) => group), [['0,1'], ['2,3']]); // the first stays what it is, to the bit
});

test('another band, another run in a group and new points are asked for', async () => {
  let now = 0;
  const api = server();
  const curves = createGroupCurves(api, 'loss', numbers, undefined, () => now);
  await curves.load(wanted, picture, { cursor: 'a.1' });
  await curves.load(wanted, { ...picture, band: 'ci95' }, { cursor: 'a.1' });
  await curves.load([{ id: 'group:a', members: ['r0'] }], { ...picture, band: 'ci95' }, { cursor: 'a.1' });
  assert.deepEqual(api.asked.map(({ group, band }) => [group, band]), [[['0,1', '2,3'], 'minmax'], [['0,1', '2,3'], 'ci95'], [['0'], 'ci95']]);
  curves.follow({ from: 'a.1', cursor: 'a.2' }, new Set(['r3']));
  const wait = await curves.load([wanted[1]], { ...picture, band: 'ci95' }, { cursor: 'a.2' });
  assert.ok(wait > 0 && wait < Infinity); // it was asked for just now
  now += wait;
  api.cursor = 'a.2';
  assert.equal(await curves.load([wanted[1]], { ...picture, band: 'ci95' }, { cursor: 'a.2' }), Infinity);
  assert.equal(api.asked.length, 4);
});

test('a group that a move does not touch is not asked for again', async () => {
  const api = server();
  const curves = createGroupCurves(api, 'loss', numbers);
  await curves.load(wanted, picture, { cursor: 'a.1' });
  curves.follow({ from: 'a.1', cursor: 'a.2' }, new Set(['r9']));
  assert.equal(await curves.load(wanted, picture, { cursor: 'a.2' }), Infinity);
  assert.equal(api.asked.length, 1);
});

test('what was reduced is asked for again for another part', async () => {
  const api = server({ reduced: true, total: 1000 });
  const curves = createGroupCurves(api, 'loss', numbers);
  await curves.load(wanted, picture, { cursor: 'a.1' });
  await curves.load(wanted, { ...picture, range: [0.2, 0.4] }, { cursor: 'a.1' });
  assert.deepEqual(api.asked.map(({ low, high }) => [low, high]), [[undefined, undefined], [0.2, 0.4]]);
});

test('five hundred groups are asked for in several questions', async () => {
  const many = Array.from({ length: 500 }, (_, n) => ({ id: `group:${n}`, members: Array.from({ length: 10 }, (_2, k) => `r${n * 10 + k}`) }));
  const api = server();
  const curves = createGroupCurves(api, 'loss', numbers);
  await curves.load(many, picture, { cursor: 'a.1' });
  assert.equal(api.asked.flatMap(({ group }) => group).length, 500);
  assert.ok(api.asked.every(({ group }) => group.join('&group=').length < 7000));
  assert.equal(curves.known.get('group:499')?.curve.center[1], 4990);
});

test('when the list of runs has changed it is asked again a little later', async () => {
  const api = { columns: async () => Promise.reject(Object.assign(new Error('changed'), { status: 409 })) };
  const curves = createGroupCurves(api, 'loss', numbers);
  assert.equal(await curves.load(wanted, picture, { cursor: 'a.1' }), 1000);
  const broken = { columns: async () => Promise.reject(Object.assign(new Error('gone'), { status: 0 })) };
  await assert.rejects(createGroupCurves(broken, 'loss', numbers).load(wanted, picture, { cursor: 'a.1' }), /gone/);
});

test('bounds are those of all groups, and not known before all are', async () => {
  const curves = createGroupCurves(server(), 'loss', numbers);
  await curves.load([wanted[0]], picture, { cursor: 'a.1' });
  const look = curves.known.get('group:a')?.look ?? '';
  assert.deepEqual(boundsOf(curves.known, [wanted[0]], look), [0, 1]);
  assert.equal(boundsOf(curves.known, wanted, look), null);
});

const groups = ['a', 'b'].map((name, number) => ({ id: `group:${name}`, number, label: name, ids: [`r${2 * number}`, `r${2 * number + 1}`], values: new Map(), differs: [] }));
const style = () => ({ color: '#123456', dash: [], label: 'lr 0.1' });

async function lines(/** @type {any} */ how = settings, /** @type {any} */ more = {}) {
  const curves = createGroupCurves(server(more), 'loss', numbers);
  await curves.load(wanted, { ...picture, ...how }, { cursor: 'a.1' });
  return groupLines(curves.known, groups, how, style, null, { now: 2000, place: 10 });
}

test('a group is a line with a band and n', async () => {
  const [first, second] = await lines();
  assert.deepEqual([first.id, first.place, second.place, first.alive], ['group:a', 10, 11, false]);
  assert.deepEqual([...first.band?.n ?? []], [2, 1]);
  assert.equal(first.curve.total, 2);
  assert.deepEqual(groupHeads(settings), ['Group', 'Mean', 'Lowest', 'Highest', 'n', 'Step']);
  assert.deepEqual(groupCells(first, 0, settings), ['1', '0', '2', '2', '0']);
  assert.deepEqual(groupCells(second, 1, settings), ['2', '–', '–', '1 of 2', '1']); // one run has no band
  assert.match(describeGroups('loss', [first, second]), /^loss, 2 groups: lr 0\.1 ends at .* \(n = 1\); /);
  assert.deepEqual(groupTable([second], settings).rows, [['lr 0.1', '2', '–', '–', '1 of 2', '1']]);
  assert.equal(describeGroups('loss', []), 'loss: no group is shown');
});

test('a group tells what its runs have that is not finite, though its line has none of it', async () => {
  const some = await lines(settings, { not_finite: 3, first_not_finite: 20 });
  assert.deepEqual(leftOut(some, false).nonFinite, 6);
  assert.deepEqual([firstNotFinite(some)?.x, firstNotFinite(some)?.line.name], [20, 'lr 0.1']);
  const gap = await lines(settings, { center: Float64Array.of(1, NaN) }); // where no run is
  assert.deepEqual([leftOut(gap, false).nonFinite, firstNotFinite(gap)], [0, null]);
});

test('the axis makes no room for the interval of two runs', async () => {
  const [wide] = await lines();
  assert.deepEqual([...wide.band?.seen[0] ?? []], [0, NaN]);
  const [interval] = await lines({ ...settings, band: 'ci95' });
  assert.deepEqual([...interval.band?.seen[0] ?? []], [NaN, NaN]);
});

test('runs behind groups have the colour of theirs, and are lifted with it', () => {
  const runs = /** @type {any[]} */ (['r0', 'r3', 'alone'].map((id) => ({ id, name: id, color: '#fff', raw: [1], y: [2], alive: true })));
  const found = memberLines(runs, (id) => groups.find(({ ids }) => ids.includes(id)), style);
  assert.deepEqual(found.map(({ id, color, behind, alive, name }) => [id, color, behind, alive, name]), [['group:a', '#123456', true, false, 'r0'], ['group:b', '#123456', true, false, 'r3']]);
  assert.equal(found[0].raw, found[0].y); // what is smoothed is not drawn twice
});

test('a card draws the groups of which a run has its tag', () => {
  const about = { drawn: () => groups, members: (/** @type {any} */ { ids }) => ids };
  assert.deepEqual(groupsIn({ runs: ['r3', 'x'] }, about).map(({ id }) => id), ['group:b']);
});

test('the columns of groups are read, of which some are those of the group before', () => {
  const header = JSON.stringify({ groups: [{ count: 2, same: [] }, { count: 2, same: ['x', 'n'] }] });
  const text = header + ' '.repeat((8 - ((4 + header.length) % 8)) % 8);
  const columns = Float64Array.from({ length: 16 }, (_, i) => i);
  const buffer = new Uint8Array(4 + text.length + columns.byteLength);
  new DataView(buffer.buffer).setUint32(0, text.length, true);
  buffer.set(new TextEncoder().encode(text), 4);
  buffer.set(new Uint8Array(columns.buffer), 4 + text.length);
  const [first, second] = decode(buffer.buffer).groups;
  assert.deepEqual([[...first.x], [...first.high]], [[0, 1], [8, 9]]);
  assert.deepEqual([[...second.x], [...second.center], [...second.high]], [[0, 1], [10, 11], [14, 15]]);
});
