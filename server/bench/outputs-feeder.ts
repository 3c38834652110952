/**
 * A feeder session of the bench's own: pictures of a drawn host go into its rings on the tick, what
 * it sends is looked at where it comes out. No engine, so that only the way out is measured.
 */
import { join } from 'node:path';
import { createMeta, RingReader, RingWriter } from '../core/slot-ring.ts';
import { nowUs, TICK_US, US_PER_MS } from '../core/time.ts';
import { loadAvatar } from '../inference/pack.ts';
import { IdleMotion } from '../motion/idle.ts';
import { videoKbps } from '../outputs/bit-rates.ts';
import { FeederSession } from '../outputs/feeder-session.ts';
import { createPose } from '../protocol/pose.ts';
import type { SessionId } from '../protocol/ids.ts';
import { I420 } from '../render/i420.ts';
import { RigBody } from '../render/rig/rig-body.ts';
import {
  Control,
  createWires,
  SOUND_RING,
  VIDEO_RTP_RING,
  type PushOrder,
} from '../session/wires.ts';

export const SIDE = 512;
/** Pictures that go round: idle motion, as a host's most of the time. */
const PICTURES = 100;
const GROUND = [228, 224, 214] as const;
const STREAM = { ssrc: 1, payloadType: 102, rtpBase: 0 } as const;
const FPS = 25;
/** The frame's number as dark and light squares along the upper edge. */
const BITS = 16;
export const SQUARE = SIDE / BITS;

export type FeederOptions = {
  readonly modelsDir: string;
  readonly rtmpUrl: string;
  readonly ffmpeg: string;
  readonly encoder: string;
};

type Picture = { readonly rgba: Uint8Array; readonly i420: Uint8Array };

export class BenchFeeder {
  readonly session: FeederSession;
  readonly control: Control;
  /** Frame to the last of its RTP packets, ms. */
  readonly toRtpMs: number[] = [];
  readonly #drawnUs = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #done: Promise<void>;
  #closed = false;

  private constructor(options: FeederOptions, pictures: readonly Picture[]) {
    const wires = createWires(SIDE, SIDE);
    this.control = new Control(wires.control);
    this.control.offsetUs = nowUs();
    const frames = new RingWriter(wires.frames);
    const rgba = new RingWriter(wires.pictures);
    const sound = new RingWriter(wires.sound);
    this.session = new FeederSession(
      {
        ...{ wires, width: SIDE, height: SIDE, fps: FPS, pushes: [], recordings: [] },
        id: 'bench' as SessionId,
        bitrateKbps: videoKbps(SIDE, SIDE, FPS),
        encoder: options.encoder,
        ffmpeg: options.ffmpeg,
        video: STREAM,
        overlay: { ...STREAM, ssrc: 2 },
        rtmpUrl: options.rtmpUrl,
        slate: { show: 'frame', name: 'bench', ground: '#000000' },
      },
      () => undefined,
    );
    let tick = 1;
    const silence = new Uint8Array(SOUND_RING.slotBytes);
    const feed = (): void => {
      const timeUs = tick * TICK_US;
      if (nowUs() - this.control.offsetUs < timeUs) return;
      const { i420, rgba: avatar } = pictures[tick % PICTURES]!;
      stamp(i420, tick);
      const meta = { timeUs, sourceUs: nowUs(), flags: 0, bytes: i420.length };
      this.#drawnUs.set(tick, meta.sourceUs);
      if (this.control.pictures) rgba.push(avatar, { ...meta, bytes: avatar.length });
      frames.push(i420, meta);
      sound.push(silence, { ...meta, bytes: silence.length });
      tick += 1;
    };
    this.#timer = setInterval(feed, 2);
    this.#done = this.#readRtp(new RingReader(wires.videoRtp), new RingReader(wires.overlayRtp));
  }

  static async open(options: FeederOptions): Promise<BenchFeeder> {
    return new BenchFeeder(options, await drawPictures(options.modelsDir));
  }

  /** When the frame of this number was drawn; undefined for one that was not. */
  drawnUs(number: number): number | undefined {
    const newest = [...this.#drawnUs.keys()].at(-1) ?? 0;
    // The stamp holds the lower bits of the number.
    return this.#drawnUs.get(newest - ((newest - number) & (2 ** BITS - 1)));
  }

  push(orders: readonly PushOrder[]): void {
    this.session.setPushes(orders);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed = true;
    await this.#done;
    await this.session.close();
  }

  async #readRtp(video: RingReader, overlay: RingReader): Promise<void> {
    const packet = Buffer.alloc(VIDEO_RTP_RING.slotBytes);
    const meta = createMeta();
    while (!this.#closed) {
      await video.wait(100);
      while (video.read(packet, meta)) {
        const isLast = (packet[1]! & 0x80) !== 0;
        const drawnUs = this.#drawnUs.get(Math.round(meta.timeUs / TICK_US));
        if (isLast && drawnUs !== undefined) this.toRtpMs.push((nowUs() - drawnUs) / US_PER_MS);
      }
      // Nobody is there to take the overlay's; its ring overwrites the oldest.
      while (overlay.read(packet, meta)) continue;
    }
  }
}

async function drawPictures(modelsDir: string): Promise<Picture[]> {
  const pack = await loadAvatar(join(modelsDir, 'avatars'), 'mira');
  const body = RigBody.open(pack, { width: SIDE, height: SIDE });
  const idle = new IdleMotion(1);
  const pose = createPose();
  const converter = new I420(SIDE, SIDE, GROUND);
  const pictures = Array.from({ length: PICTURES }, (_, i) => {
    idle.update(i / FPS, { voice: 1, stress: 0 }, pose);
    const rgba = body.draw(pose, i / FPS).slice();
    const i420 = new Uint8Array((SIDE * SIDE * 3) / 2);
    converter.convert(rgba, i420);
    return { rgba, i420 };
  });
  body.close();
  return pictures;
}

function stamp(i420: Uint8Array, number: number): void {
  for (let bit = 0; bit < BITS; bit += 1) {
    const luma = (number >> bit) & 1 ? 235 : 16;
    for (let y = 0; y < SQUARE; y += 1) {
      const at = y * SIDE + bit * SQUARE;
      i420.fill(luma, at, at + SQUARE);
    }
  }
}

/** The number in the upper edge of a grey picture `SIDE` wide and `SQUARE` high. */
export function readStamp(grey: Uint8Array): number {
  let number = 0;
  for (let bit = 0; bit < BITS; bit += 1) {
    const middle = (SQUARE / 2) * SIDE + bit * SQUARE + SQUARE / 2;
    if (grey[middle]! > 128) number |= 1 << bit;
  }
  return number;
}
