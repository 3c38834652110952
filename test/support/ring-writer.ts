/** Thread entry for the ring's test: writes records as fast as it can. */
import { workerData } from 'node:worker_threads';
import { RingWriter, type SharedRing } from '../../server/core/slot-ring.ts';

const { ring, count } = workerData as { readonly ring: SharedRing; readonly count: number };
const writer = new RingWriter(ring);
const payload = new Uint8Array(4096);
for (let value = 1; value <= count; value += 1) {
  payload.fill(value & 0xff);
  writer.push(payload, { timeUs: value, sourceUs: value, flags: 0, bytes: payload.length });
}
