/** OBS itself: its sound drives the avatar, and it shows the avatar's picture. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { microphoneSound, wavBytes } from '../../server/bench/fake-microphone.ts';
import { IngestDoor, SessionInputs, SessionRequest } from '../../server/protocol/index.ts';
import { childrenWith, TestApp, until } from '../support/app.ts';
import { Obs, withoutObs } from '../support/obs.ts';

/** A background that no program shows by itself. */
const GREEN = { hex: '#30d060', red: 0x30, green: 0xd0, blue: 0x60 };

test('OBS speaks for the avatar and shows it', { skip: withoutObs }, async (t) => {
  await using house = await TestApp.open();
  const picture = { width: 256, height: 256, background: GREEN.hex };
  const session = await house.app.registry.create(SessionRequest.parse(picture));
  const at = `${house.app.url}/api/v1/sessions/${session.id}`;
  const door = IngestDoor.parse(await (await fetch(`${at}/ingest`)).json());
  const voice = join(house.config.dataDir, 'voice.wav');
  await writeFile(voice, wavBytes(microphoneSound([], 30)));
  {
    const shows = session.snapshot.rtmpUrl;
    await using obs = await Obs.open({ server: door.rtmpUrl, key: door.key, voice, shows });
    t.diagnostic('OBS is started');
    try {
      await until('its voice is heard', () => session.snapshot.microphone === 'connected');
    } catch (error) {
      throw new Error(`OBS was not heard; it said:\n${obs.log.slice(-3000)}`, { cause: error });
    }
    assert.equal(session.snapshot.voice, 'rtmp');
    const { senders } = SessionInputs.parse(await (await fetch(`${at}/inputs`)).json());
    assert.deepEqual([senders[0]?.audio, senders[0]?.problem], ['AAC', '']);
    assert.match(senders[0]?.video ?? '', /^H\.264 640x360/);
    t.diagnostic(`OBS sends ${senders[0]?.video}, ${senders[0]?.kbps} kb/s`);
    const mouth = new Set<boolean>();
    session.onMood((mood) => mouth.add(mood.voice > 0.5));
    await until('the mouth opens and closes with it', () => mouth.size === 2);
    const share = await until('OBS shows our picture', async () => {
      const found = greenShare(await obs.screenshot());
      return found > 0.005 && found;
    });
    t.diagnostic(`${(share * 100).toFixed(1)} % of its screen is the avatar's background`);
    const kept = process.env['POSECAST_PICTURES'];
    if (kept) await obs.screenshot(join(kept, 'obs.png'));
  }
  await until('without it nobody speaks', () => session.snapshot.microphone === 'absent');
  assert.deepEqual(await childrenWith('obs'), [], 'nothing of it is left');
});

/** Which part of an RGB picture is about that green. */
function greenShare(pixels: Buffer): number {
  let found = 0;
  for (let i = 0; i + 2 < pixels.length; i += 3) {
    const off =
      Math.abs(pixels[i]! - GREEN.red) +
      Math.abs(pixels[i + 1]! - GREEN.green) +
      Math.abs(pixels[i + 2]! - GREEN.blue);
    if (off < 40) found += 1;
  }
  return (3 * found) / pixels.length;
}
