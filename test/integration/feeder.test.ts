/** The feeder's sound: an engine that was silent for a while is not heard over what stood in for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMeta, RingReader, RingWriter } from '../../server/core/slot-ring.ts';
import { nowUs, TICK_US } from '../../server/core/time.ts';
import { FeederSession } from '../../server/outputs/feeder-session.ts';
import { SessionId } from '../../server/protocol/ids.ts';
import { Control, createWires, MIX_RING, SOUND_RING } from '../../server/session/wires.ts';
import { until } from '../support/app.ts';

const SIDE = 128;
const STREAM = { ssrc: 1, payloadType: 102, rtpBase: 0 };

test('no moment is sounded twice, whatever the engine makes up for', async () => {
  const wires = createWires(SIDE, SIDE);
  const control = new Control(wires.control);
  control.offsetUs = nowUs();
  control.mix = true;
  const feeder = new FeederSession(
    {
      ...{ id: SessionId.parse('feeder-test'), wires, width: SIDE, height: SIDE, fps: 25 },
      ...{ bitrateKbps: 300, encoder: 'libx264', ffmpeg: 'ffmpeg', pushes: [], recordings: [] },
      ...{ video: STREAM, overlay: { ...STREAM, ssrc: 2 }, rtmpUrl: 'rtmp://127.0.0.1:9/live/x' },
      slate: { show: 'frame', name: 'test', ground: '#000000' },
    },
    () => undefined,
  );
  const frames = new RingWriter(wires.frames);
  const sound = new RingWriter(wires.sound);
  const picture = new Uint8Array((SIDE * SIDE * 3) / 2);
  const silence = new Uint8Array(SOUND_RING.slotBytes);
  let tick = 0;
  /** As an engine that is up to date, or catches up. */
  const engine = (): void => {
    for (; nowUs() - control.offsetUs > tick * TICK_US; tick += 1) {
      const meta = { timeUs: tick * TICK_US, sourceUs: nowUs(), flags: 0 };
      frames.push(picture, { ...meta, bytes: picture.length });
      sound.push(silence, { ...meta, bytes: silence.length });
    }
  };
  const mixed = new RingReader(wires.mix);
  const [packet, meta] = [new Uint8Array(MIX_RING.slotBytes), createMeta()];
  const times: number[] = [];
  const listen = (): void => {
    while (mixed.read(packet, meta)) times.push(meta.timeUs);
  };
  await until('it sounds', () => {
    engine();
    listen();
    return times.length > 10;
  });
  const { heldFrames } = feeder.stats();
  await until('something stands in', () => feeder.stats().heldFrames > heldFrames + 5);
  const back = tick;
  await until('the engine has caught up', async () => {
    engine();
    listen();
    await sleep(5);
    return times.at(-1)! > (back + 60) * TICK_US;
  });
  await feeder.close();
  const steps = times.slice(1).map((time, i) => time - times[i]!);
  assert.ok(Math.min(...steps) > 0, `a step of ${Math.min(...steps) / 1000} ms`);
});
