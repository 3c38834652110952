/**
 * BVH text to joints and channel values. The text comes from outside, so every count is bounded.
 * https://research.cs.wisc.edu/graphics/Courses/cs-838-1999/Jeff/BVH.html
 */
import { MotionDataError } from '../template/motion-data-error.ts';

export type Channel = `${'X' | 'Y' | 'Z'}${'position' | 'rotation'}`;
export type BvhJoint = {
  readonly name: string;
  /** Position of the parent in the list of joints; -1 for the root. */
  readonly parent: number;
  readonly offset: readonly [number, number, number];
  readonly channels: readonly Channel[];
};
export type Bvh = {
  readonly joints: readonly BvhJoint[];
  readonly frameSeconds: number;
  readonly frameCount: number;
  /** frameCount x channelCount values, in the order of the joints. */
  readonly values: Float32Array;
  readonly channelCount: number;
};

const MAX_JOINTS = 400;
const MAX_VALUES = 8_000_000;
const MAX_FRAMES = 60_000;
const CHANNEL = /^([XYZ])(position|rotation)$/i;

/** Throws MotionDataError naming the line. */
export function parseBvh(text: string): Bvh {
  const reader = new TokenReader(text);
  reader.expect('HIERARCHY');
  const joints: BvhJoint[] = [];
  reader.expect('ROOT');
  readJoints(reader, joints);
  reader.expect('MOTION');
  reader.expect('Frames:');
  const frameCount = reader.number('a number of frames');
  reader.expect('Frame');
  reader.expect('Time:');
  const frameSeconds = reader.number('the time of a frame');
  const channelCount = joints.reduce((sum, joint) => sum + joint.channels.length, 0);
  if (!Number.isInteger(frameCount) || frameCount < 1 || frameCount > MAX_FRAMES) {
    throw reader.error(`Frames is ${frameCount}; 1 to ${MAX_FRAMES} can be read`);
  }
  if (!(frameSeconds >= 0.0005 && frameSeconds <= 1)) {
    throw reader.error(`Frame Time is ${frameSeconds}; 0.0005 to 1 second can be read`);
  }
  if (frameCount * channelCount > MAX_VALUES) {
    throw reader.error(`${frameCount} frames of ${channelCount} channels are too many`);
  }
  const values = new Float32Array(frameCount * channelCount);
  for (let i = 0; i < values.length; i += 1) values[i] = reader.number('a channel value');
  return { joints, frameSeconds, frameCount, values, channelCount };
}

/** From the root's name to its closing brace; a stack instead of recursion bounds the depth. */
function readJoints(reader: TokenReader, joints: BvhJoint[]): void {
  const open: number[] = [];
  openJoint(reader, joints, -1);
  open.push(0);
  while (open.length > 0) {
    const token = reader.next();
    if (token === '}') open.pop();
    else if (token === 'JOINT') {
      openJoint(reader, joints, open.at(-1)!);
      open.push(joints.length - 1);
    } else if (token === 'End') skipEnd(reader);
    else throw reader.error(`'${token}' where JOINT, End Site or } is expected`);
  }
}

function openJoint(reader: TokenReader, joints: BvhJoint[], parent: number): void {
  if (joints.length >= MAX_JOINTS) throw reader.error(`more than ${MAX_JOINTS} joints`);
  const name = reader.nameUntilBrace();
  reader.expect('OFFSET');
  const offset = [0, 1, 2].map(() => reader.number('an offset')) as [number, number, number];
  reader.expect('CHANNELS');
  const count = reader.number('a number of channels');
  if (!(Number.isInteger(count) && count >= 0 && count <= 6)) {
    throw reader.error(`${count} channels; a joint has up to 6`);
  }
  const channels = Array.from({ length: count }, (): Channel => {
    const token = reader.next();
    const match = CHANNEL.exec(token);
    if (!match) throw reader.error(`'${token}' is no channel such as Xrotation`);
    return `${match[1]!.toUpperCase()}${match[2]!.toLowerCase()}` as Channel;
  });
  joints.push({ name, parent, offset, channels });
}

function skipEnd(reader: TokenReader): void {
  reader.expect('Site');
  reader.expect('{');
  reader.expect('OFFSET');
  for (let i = 0; i < 3; i += 1) reader.number('an offset');
  reader.expect('}');
}

/** Words of a text, one at a time: no list of a million strings is made. */
class TokenReader {
  readonly #text: string;
  readonly #word = /\S+/g;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string {
    const match = this.#word.exec(this.#text);
    if (!match) throw new MotionDataError('The BVH file ends too early');
    return match[0];
  }

  expect(wanted: string): void {
    const token = this.next();
    if (token.toLowerCase() !== wanted.toLowerCase()) {
      throw this.error(`'${token.slice(0, 40)}' where '${wanted}' is expected`);
    }
  }

  number(what: string): number {
    const token = this.next();
    const value = Number(token);
    if (!Number.isFinite(value)) throw this.error(`'${token.slice(0, 40)}' is not ${what}`);
    return value;
  }

  /** Names may have spaces ("Bip01 L Hand"). */
  nameUntilBrace(): string {
    const words: string[] = [];
    for (let word = this.next(); word !== '{'; word = this.next()) {
      words.push(word);
      if (words.length > 8) throw this.error(`'${words.join(' ').slice(0, 60)}' is no joint name`);
    }
    return words.join(' ');
  }

  error(problem: string): MotionDataError {
    const line = this.#text.slice(0, this.#word.lastIndex).split('\n').length;
    return new MotionDataError(`The BVH file in line ${line}: ${problem}`);
  }
}
