/** From what MediaPipe found to what is sent. */
import { BODY, type PosePacket } from '../../server/protocol/index.ts';
import type { Found } from './vision.ts';

const FROM_MEDIAPIPE: readonly [keyof typeof BODY, number][] = [
  ['nose', 0],
  ['rightShoulder', 12],
  ['rightElbow', 14],
  ['rightWrist', 16],
  ['leftShoulder', 11],
  ['leftElbow', 13],
  ['leftWrist', 15],
  ['rightHip', 24],
  ['leftHip', 23],
  ['rightEye', 5],
  ['leftEye', 2],
  ['rightEar', 8],
  ['leftEar', 7], // prettier-ignore
];

export function packetOf({ pose, width, height, timeMs }: Found): PosePacket | null {
  if (!pose) return null;
  const l = pose[11]!;
  const r = pose[12]!;
  const cx = ((l.x + r.x) / 2) * width;
  const cy = ((l.y + r.y) / 2) * height;
  const w = Math.hypot((l.x - r.x) * width, (l.y - r.y) * height);
  const body = new Float32Array(54);
  body[5] = 1;
  for (const [name, i] of FROM_MEDIAPIPE) {
    const p = pose[i]!;
    body.set([(p.x * width - cx) / w, (p.y * height - cy) / w, p.visibility ?? 1], BODY[name] * 3);
  }
  return { timeUs: Math.round(timeMs * 1000), body };
}
