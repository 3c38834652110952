/**
 * Reads VMC: OSC datagrams in, poses out. It comes from the network, so every number is checked and
 * whatever is wrong is counted and ends here. Pure but for its state; main thread. The one door to
 * osc-min. Protocol: https://protocol.vmc.info/english
 */
import { fromBuffer, type OscMessageOutput, type OscPacketOutput } from 'osc-min';
import { createPose } from '../protocol/pose.ts';
import type { PosePacket } from '../protocol/pose-packet.ts';
import { VmcFace } from './vmc-face.ts';
import { VmcSkeleton } from './vmc-skeleton.ts';

/** Senders fill a network packet at most (1.5 kB); some send all bones in one of 6 kB. */
export const MAX_VMC_BYTES = 16 * 1024;
/** A rotation that isn't nearly a unit quaternion is none. */
const LEAST_NORM = 0.9;
const MOST_NORM = 1.1;

export class VmcReader {
  readonly #skeleton = new VmcSkeleton();
  readonly #face = new VmcFace();
  readonly #pose = createPose();
  /** Messages that were no OSC, too large, or said what no sender says. */
  bad = 0;

  /** Takes one datagram; true when it changed the pose. */
  read(datagram: Uint8Array): boolean {
    if (datagram.length > MAX_VMC_BYTES) {
      this.bad += 1;
      return false;
    }
    const packet = parse(datagram);
    if (!packet) {
      this.bad += 1;
      return false;
    }
    return this.#take(packet);
  }

  /** The pose as it is now; the arrays belong to the reader. */
  get packet(): Omit<PosePacket, 'timeUs'> {
    const { body, leftHand, rightHand, head, face } = this.#pose;
    this.#skeleton.write(this.#pose);
    if (this.#face.known) this.#face.write(face);
    const trunk = ['LeftUpperArm', 'RightUpperArm', 'Chest', 'Spine', 'Hips'];
    return {
      ...(trunk.some((bone) => this.#skeleton.has(bone)) && { body }),
      ...(leftHand[2]! > 0 && { leftHand }),
      ...(rightHand[2]! > 0 && { rightHand }),
      ...(this.#skeleton.has('Head') && { head }),
      ...(this.#face.known && { face }),
    };
  }

  /** Forgets the sender: another one may tell fewer bones. */
  reset(): void {
    this.#skeleton.reset();
    this.#face.reset();
  }

  #take(packet: OscPacketOutput): boolean {
    if (packet.oscType === 'message') return this.#message(packet);
    let changed = false;
    for (const element of packet.elements) changed = this.#take(element) || changed;
    return changed;
  }

  #message({ address, args }: OscMessageOutput): boolean {
    const values = args.map((arg) => ('value' in arg ? arg.value : undefined));
    switch (address) {
      case '/VMC/Ext/Bone/Pos':
      case '/VMC/Ext/Root/Pos':
        return this.#turn(values, address === '/VMC/Ext/Root/Pos');
      case '/VMC/Ext/Blend/Val': {
        const [name, value] = values;
        if (typeof name !== 'string' || !isNumber(value)) return this.#refuse();
        this.#face.set(name, value);
        return false;
      }
      case '/VMC/Ext/Blend/Apply':
        this.#face.apply();
        return this.#face.known;
      default:
        // Time, device and camera messages are of no use here and no fault either.
        return false;
    }
  }

  /** Name, position (the sender's proportions, not ours), rotation. */
  #turn(values: readonly unknown[], isRoot: boolean): boolean {
    const [name] = values;
    const numbers = values.slice(1, 8);
    if (typeof name !== 'string' || numbers.length < 7 || !numbers.every(isNumber)) {
      return this.#refuse();
    }
    const [, , , x = 0, y = 0, z = 0, w = 1] = numbers;
    const norm = Math.hypot(x, y, z, w);
    if (!(norm >= LEAST_NORM && norm <= MOST_NORM)) return this.#refuse();
    const rotation = [x / norm, y / norm, z / norm, w / norm] as const;
    this.#skeleton.turn(isRoot ? 'root' : name, [...rotation]);
    return true;
  }

  #refuse(): false {
    this.bad += 1;
    return false;
  }
}

function parse(datagram: Uint8Array): OscPacketOutput | undefined {
  try {
    return fromBuffer(datagram);
  } catch {
    // What is no OSC is counted by the caller; why it is none helps nobody.
    return undefined;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
