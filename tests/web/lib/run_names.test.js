import assert from 'node:assert/strict';
import test from 'node:test';
import { paramsOf } from '../../../web/lib/run_names.js';

/** Name -> what stands in it. @type {Record<string, Record<string, number | string | boolean>>} */
const NAMES = {
  'lr3e-4_bs64_seed2': { lr: 3e-4, bs: 64, seed: 2 },
  'lr=0.1': { lr: 0.1 },
  'lr=1e-4,batch=256/seed 7': { lr: 1e-4, batch: 256, seed: 7 },
  'lr_0.01_bs_64': { lr: 0.01, bs: 64 },
  'lr-0.01-wd-1e-5': { lr: 0.01, wd: 1e-5 },
  'lr1e-3-bs32': { lr: 1e-3, bs: 32 },
  'weight_decay=0.1_batch_size=32': { weight_decay: 0.1, batch_size: 32 },
  'num_layers4_learning_rate0.001': { num_layers: 4, learning_rate: 0.001 },
  'opt=adam_w_lr=0.1': { opt: 'adam_w', lr: 0.1 },
  'opt=adam_weight_decay=0.1': { opt: 'adam', weight_decay: 0.1 },
  'base_lr0.1': { base_lr: 0.1 },
  'opt=sgd lr=.5': { opt: 'sgd', lr: 0.5 },
  'use_ema=true, aug=False': { use_ema: true, aug: false },
  '최적화기=아담, 층=24': { 최적화기: '아담', 층: 24 },
  '실험/학습률0.01_층3': { 학습률: 0.01, 층: 3 },
  'optimizer.lr=0.1': { 'optimizer.lr': 0.1 },
  'resnet_lr=0.1': { lr: 0.1 },
  'beta=-0.5': { beta: -0.5 },
  'n=16': { n: 16 },
  'lr0.1/lr0.2': { lr: 0.2 },
  'run_3': {}, 'exp12': {}, 'version_0': {}, '.': {}, 'train': {}, '': {},
  '20240105-123045': {},
  'Nov25_12-30-45_host': {},
  'a1b2c3d4': {},
  'baseline': {},
  'data=': {},
};

for (const [name, params] of Object.entries(NAMES)) {
  test(`the name ${JSON.stringify(name)} says ${JSON.stringify(params)}`, () => {
    assert.deepEqual(Object.fromEntries(paramsOf(name)), params);
  });
}

test('five thousand names are read within a tenth of a second', () => {
  const began = performance.now();
  for (let n = 0; n < 5000; n += 1) paramsOf(`sweep/group_${n % 7}/lr${n / 1e5}_bs${n % 64}_seed${n}_opt=adam`);
  assert.ok(performance.now() - began < 300); // with room for a busy machine
});
