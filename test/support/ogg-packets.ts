/** Opus packets out of what ffmpeg writes. */
import { OggReader } from '../../server/outputs/mix/ogg-reader.ts';

/** Opus packets of an Ogg file, without its two header packets. RFC 7845. */
export function oggPackets(file: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  new OggReader((packet) => packets.push(Buffer.from(packet))).push(file);
  return packets.slice(2);
}
