/** Opus packets out of what ffmpeg writes. */

/** Opus packets of an Ogg file, without its two header packets. RFC 3533, RFC 7845. */
export function oggPackets(file: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let open: Buffer[] = [];
  for (let page = 0; page < file.length;) {
    const segments = file[page + 26]!;
    let at = page + 27 + segments;
    for (let i = 0; i < segments; i++) {
      const size = file[page + 27 + i]!;
      open.push(file.subarray(at, at + size));
      at += size;
      if (size === 255) continue;
      packets.push(Buffer.concat(open));
      open = [];
    }
    page = at;
  }
  return packets.slice(2);
}
