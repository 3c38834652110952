/** A small take, recorded from inputs that are made up: a voice, a camera, and what was asked for. */
import { execFileSync } from 'node:child_process';
import { compileTemplate } from '../../server/motion/template/compile.ts';
import { scriptOfTrack } from '../../server/motion/play-script.ts';
import { createPose } from '../../server/protocol/pose.ts';
import { SessionRequest, CastMember } from '../../server/protocol/session.ts';
import { TAKE_VERSION, type TakeHead } from '../../server/studio/take/take-format.ts';
import { TakeRecorder, type Recording } from '../../server/studio/take/take-recorder.ts';
import { oggPackets } from './ogg-packets.ts';
import { richTemplate } from './templates.ts';

const PACKET_US = 20_000;
const POSE_US = 33_333;
/** Music comes so long before the end of its place. */
const MUSIC_AHEAD_US = 60_000;
const VOICE = { source: 'sine=f=180:r=48000,tremolo=f=4:d=0.9', ssrc: 99 };
/** 120 beats a minute. */
const MUSIC = { source: 'aevalsrc=0.8*sin(2*PI*900*t)*exp(-30*mod(t\\,0.5)):s=48000', ssrc: 77 };
/** MediaTime at which the recording starts, on a frame. */
export const TAKE_START_US = 4_000_000;

export const TAKE_HEAD: TakeHead = {
  format: 'posecast-take',
  version: TAKE_VERSION,
  recordedAt: '2026-01-02T03:04:05.678Z',
  posecast: '0.0.0',
  seed: 77,
  session: SessionRequest.parse({ tier: 'full' }),
  cast: [CastMember.parse({ avatar: 'mira' })],
};

/** `seconds` of it; packets come 12 ms after their sound has ended, poses 5 ms after their time. */
export async function recordTake(path: string, seconds: number): Promise<Recording> {
  const tape = await TakeRecorder.open(path, TAKE_HEAD, TAKE_START_US);
  const packets = opusPackets(VOICE, seconds);
  const events: { readonly us: number; readonly tell: () => void }[] = packets.map((rtp, i) => {
    const timeUs = TAKE_START_US + i * PACKET_US;
    const arrivalUs = timeUs + PACKET_US + 12_000;
    return { us: arrivalUs, tell: () => tape.packet(rtp, timeUs, arrivalUs, 0) };
  });
  for (let i = 0; i * POSE_US < (seconds * 1e6) / 2; i += 1) {
    const timeUs = TAKE_START_US + i * POSE_US;
    const us = timeUs + 5000;
    events.push({ us, tell: () => tape.pose(cameraPose(i), 'webcam', timeUs, us) });
  }
  const script = scriptOfTrack(compileTemplate(richTemplate()), {
    ...({ id: 3, priority: 'hand', when: 'now' } as const),
  });
  const at = (share: number): number => TAKE_START_US + seconds * 1e6 * share;
  events.push(
    { us: at(0.3), tell: () => tape.command({ type: 'play', script, avatar: undefined }, at(0.3)) },
    { us: at(0.5), tell: () => tape.command({ type: 'play', script, avatar: 0 }, at(0.5)) },
    { us: at(0.8), tell: () => tape.command({ type: 'stop', script: 3 }, at(0.8)) },
  );
  for (const { tell } of events.sort((a, b) => a.us - b.us)) {
    tell();
    await tape.settled;
  }
  return tape.close(at(1));
}

/** As `recordTake`, with music from the beginning on, to which it dances; later a tempo by hand. */
export async function recordDance(path: string, seconds: number): Promise<Recording> {
  const tape = await TakeRecorder.open(path, TAKE_HEAD, TAKE_START_US);
  const script = {
    ...scriptOfTrack(compileTemplate({ ...richTemplate(), beats: 2 }), {
      ...({ id: 3, priority: 'hand', when: 'now' } as const),
    }),
    round: true,
  };
  const startUs = TAKE_START_US;
  tape.command({ type: 'play', script, avatar: undefined }, startUs);
  const voice = opusPackets(VOICE, seconds);
  const tempoAt = Math.round((0.8 * seconds * 1e6) / PACKET_US);
  for (const [i, rtp] of opusPackets(MUSIC, seconds).entries()) {
    const timeUs = startUs + i * PACKET_US;
    const arrivalUs = timeUs + PACKET_US + 12_000;
    tape.packet(voice[i]!, timeUs, arrivalUs, 0);
    tape.music(rtp, timeUs, timeUs + PACKET_US - MUSIC_AHEAD_US, 0);
    if (i === tempoAt) tape.tempo({ bpm: 100, beatUs: startUs + 123_000 }, arrivalUs);
    await tape.settled;
  }
  return tape.close(startUs + seconds * 1e6);
}

function opusPackets(
  { source, ssrc }: { readonly source: string; readonly ssrc: number },
  seconds: number,
): Buffer[] {
  const args = [
    '-f',
    'lavfi',
    '-i',
    source,
    '-t',
    String(seconds),
    '-ac',
    '1',
    '-c:a',
    'libopus',
    '-b:a',
    '48k',
  ];
  const ogg = execFileSync('ffmpeg', ['-v', 'error', ...args, '-f', 'ogg', '-']);
  return oggPackets(ogg)
    .slice(0, Math.floor((seconds * 1e6) / PACKET_US))
    .map((payload, i) => {
      const head = Buffer.alloc(12);
      head.writeUInt8(0x80, 0);
      head.writeUInt8(111, 1);
      head.writeUInt16BE(i & 0xffff, 2);
      head.writeUInt32BE(i * 960, 4);
      head.writeUInt32BE(ssrc, 8);
      return Buffer.concat([head, payload]);
    });
}

function cameraPose(frame: number): { timeUs: number; head: Float32Array; face: Float32Array } {
  const { head, face } = createPose();
  head.set([0.3 * Math.sin(frame / 5), 0.1 * Math.cos(frame / 7), 0.05]);
  face.fill(0.2 + 0.1 * Math.sin(frame / 3));
  return { timeUs: 0, head, face };
}
