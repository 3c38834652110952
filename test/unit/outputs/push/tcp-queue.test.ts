import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queueOf } from '../../../../server/outputs/push/tcp-queue.ts';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0
   1: 0100007F:9C40 0100007F:078F 01 0001A2B3:00000000 01:00000014 00000000     0        0 2 1 0
   2: 0100007F:078F 0100007F:9C40 01 00000000:000000FF 00:00000000 00000000     0        0 3 1 0`;

test('the send queue of one direction of one connection is read', () => {
  assert.equal(queueOf(TABLE, 40_000, 1935), 0x1a2b3);
  assert.equal(queueOf(TABLE, 1935, 40_000), 0);
  assert.equal(queueOf(TABLE, 1935, 40_001), undefined);
  assert.equal(queueOf('', 1935, 40_000), undefined);
});
