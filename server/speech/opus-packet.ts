/**
 * What an Opus packet says about itself without decoding it (RFC 6716, 3.1-3.2). Pure.
 * https://www.rfc-editor.org/rfc/rfc6716#section-3.1
 */

/** Frame length by configuration number 0..31, microseconds. */
const FRAME_US = [
  10_000, 20_000, 40_000, 60_000, 10_000, 20_000, 40_000, 60_000, 10_000, 20_000, 40_000, 60_000,
  10_000, 20_000, 10_000, 20_000, 2500, 5000, 10_000, 20_000, 2500, 5000, 10_000, 20_000, 2500,
  5000, 10_000, 20_000, 2500, 5000, 10_000, 20_000,
] as const;

const LONGEST_US = 120_000;

/** Length of the packet's sound in microseconds; 0 when it is no valid Opus packet. */
export function opusDurationUs(packet: Uint8Array): number {
  if (packet.length === 0) return 0;
  const frames = frameCount(packet);
  const durationUs = frames * FRAME_US[packet[0]! >> 3]!;
  return durationUs <= LONGEST_US ? durationUs : 0;
}

function frameCount(packet: Uint8Array): number {
  const code = packet[0]! & 3;
  if (code === 0) return 1;
  if (code !== 3) return 2;
  return packet.length > 1 ? packet[1]! & 63 : 0;
}
