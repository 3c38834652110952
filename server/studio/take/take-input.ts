/**
 * A take as the input of a virtual session. Each frame knows what a live one knows that is drawn on
 * time: the sound it shows and the look-ahead, and what else has come by the moment it is due. One
 * task at a time; owned by the render.
 */
import { createMeta } from '../../core/slot-ring.ts';
import { US_PER_SECOND } from '../../core/time.ts';
import type { LiveRecord } from '../../motion/live-pose.ts';
import { FRAME_FLOATS, FRAME_LAYOUT } from '../../motion/template/compiled-template.ts';
import type { PosePacket } from '../../protocol/pose-packet.ts';
import { POSE_PARTS, type PosePart } from '../../session/pose-ring.ts';
import { GUARD_US, type VirtualInput, type VirtualParts } from '../virtual-session.ts';
import type { TakeFile } from './take-file.ts';
import type { TakeRecord } from './take-records.ts';

/** Packets are read this far ahead: one may come late and out of order. */
const AHEAD_US = 1_000_000;

type Packet = TakeRecord & { readonly type: 'packet' };
type Sound = TakeRecord & { readonly type: 'packet' | 'music' };
type Other = Exclude<TakeRecord, Packet>;

export class TakeInput implements VirtualInput, AsyncDisposable {
  readonly moves = false;
  readonly #records: AsyncGenerator<TakeRecord, void>;
  readonly #meta = createMeta();
  readonly #pose = new PoseRecord();
  /** Read and not yet due, in the file's order. */
  #packets: Packet[] = [];
  #others: Other[] = [];
  #readUs = -Infinity;

  constructor(take: Pick<TakeFile, 'records'>) {
    this.#records = take.records();
  }

  async before(frameUs: number, neededUs: number, parts: VirtualParts): Promise<void> {
    await this.#read(neededUs + AHEAD_US);
    const due = (packet: Packet): boolean => packet.timeUs < neededUs;
    for (const packet of this.#packets.filter(due)) this.#insert(packet, parts);
    this.#packets = this.#packets.filter((packet) => !due(packet));
    await parts.speech.hearAll(neededUs, parts.meter);
    while ((this.#others[0]?.arrivalUs ?? Infinity) <= neededUs + GUARD_US) {
      this.#tell(this.#others.shift()!, frameUs / US_PER_SECOND, parts);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#records.return();
  }

  async #read(untilUs: number): Promise<void> {
    while (this.#readUs <= untilUs) {
      const { done, value } = await this.#records.next();
      if (done) {
        this.#readUs = Infinity;
        return;
      }
      this.#readUs = value.arrivalUs;
      if (value.type === 'packet') this.#packets.push(value);
      else this.#others.push(value);
    }
  }

  #insert(record: Sound, { speech, music }: VirtualParts): void {
    const meta = this.#meta;
    meta.timeUs = record.timeUs;
    meta.sourceUs = record.arrivalUs;
    meta.flags = record.flags;
    meta.bytes = record.rtp.length;
    if (record.type === 'packet') speech.insert(record.rtp, meta, 0);
    else music.insert(record.rtp, meta);
  }

  #tell(record: Other, seconds: number, parts: VirtualParts): void {
    const { ensemble, tempo } = parts;
    switch (record.type) {
      case 'music':
        this.#insert(record, parts);
        return;
      case 'tempo':
        tempo.byHand = record.tempo;
        return;
      case 'pose':
        this.#pose.set(record.pose, record.timeUs);
        ensemble.live[record.source].push(this.#pose);
        return;
      case 'play':
        ensemble.play(record.script, seconds, record.avatar);
        return;
      case 'stop':
        ensemble.stop(record.script);
        return;
      case 'scene':
        // Around the avatars: the render's scene track has read it already.
        return;
      case 'style':
        parts.restyle(record.style);
        return;
      case 'tier':
        ensemble.tier = record.tier;
        return;
      default:
        record satisfies never;
    }
  }
}

/** A pose packet as live sources read it. */
class PoseRecord implements LiveRecord {
  readonly floats = new Float32Array(FRAME_FLOATS);
  timeUs = 0;
  #packet: PosePacket | undefined;

  set(packet: PosePacket, timeUs: number): void {
    this.#packet = packet;
    this.timeUs = timeUs;
    for (const part of POSE_PARTS) {
      const values = packet[part];
      if (values) this.floats.set(values, FRAME_LAYOUT[part]);
    }
  }

  has(part: PosePart): boolean {
    return this.#packet?.[part] !== undefined;
  }
}
