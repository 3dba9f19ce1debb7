import assert from 'node:assert/strict';
import test from 'node:test';

import { crc32 } from '../../../web/lib/crc32.js';

test('it is the checksum that the server computes of the same list', () => {
  assert.equal(crc32('123456789'), 'cbf43926'); // the check value of CRC-32/ISO-HDLC
  assert.equal(crc32('a\n가'), 'a0c5316a'); // as in tests/dashboards/scalars/test_groups.py
  assert.equal(crc32(''), '00000000');
});
