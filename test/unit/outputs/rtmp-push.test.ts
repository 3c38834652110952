import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { directDoor } from '../../../server/outputs/push/push-door.ts';
import { RtmpPush } from '../../../server/outputs/rtmp-push.ts';

const AVC_C = Uint8Array.of(1, 66, 0, 31);

for (const ends of ['before', 'after']) {
  test(`an encoder's first word ${ends} the end of a push`, async () => {
    await using house = await programThatMarks();
    const push = new RtmpPush({
      width: 64,
      height: 64,
      fps: 25,
      openDoor: () => Promise.resolve(directDoor('rtmp://127.0.0.1:9/live/x')),
      ffmpeg: house.program,
      onWantsKeyframe: () => undefined,
    });
    if (ends === 'before') push.setConfig(AVC_C);
    for (let i = 0; i < 50 && ends === 'before' && !house.marked(); i += 1) await setTimeout(50);
    await push.close();
    if (ends === 'after') push.setConfig(AVC_C);
    await setTimeout(200);
    assert.equal(house.marked(), ends === 'before');
  });
}

/** A program in ffmpeg's place that tells whether it was ever started. */
async function programThatMarks() {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-push-'));
  const [program, mark] = [join(folder, 'program'), join(folder, 'mark')];
  await writeFile(program, `#!/bin/sh\ntouch ${mark}\ncat > /dev/null\n`, { mode: 0o755 });
  return {
    program,
    marked: () => existsSync(mark),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
