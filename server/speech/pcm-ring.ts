/**
 * The last seconds of a mono signal, addressed by absolute sample number on the session's
 * MediaTime. What was never written, or is older than the ring, reads as silence. One thread.
 */
export class PcmRing {
  readonly #samples: Float32Array;
  /** The ring holds [#begin, #end); both undefined before the first write. */
  #begin: number | undefined;
  #end = 0;

  constructor(shape: { readonly rateHz: number; readonly seconds: number }) {
    this.#samples = new Float32Array(Math.ceil(shape.rateHz * shape.seconds));
  }

  /** One past the newest sample; 0 before the first write. */
  get end(): number {
    return this.#end;
  }

  /**
   * Writes samples at `start`: over what is there, or after it, with silence in between. What
   * would lie before the ring's reach is dropped.
   */
  write(start: number, samples: Float32Array): void {
    const capacity = this.#samples.length;
    if (this.#begin === undefined) {
      this.#begin = start;
      this.#end = start;
    }
    const stop = start + samples.length;
    if (stop > this.#end) {
      this.#fillSilence(this.#end, Math.min(start, stop));
      this.#end = stop;
    }
    const oldest = this.#end - capacity;
    if (start < this.#begin) {
      this.#fillSilence(Math.max(stop, oldest), this.#begin);
      this.#begin = start;
    }
    this.#begin = Math.max(this.#begin, oldest);
    const skipped = Math.max(0, oldest - start);
    if (skipped < samples.length) this.#copyIn(start + skipped, samples.subarray(skipped));
  }

  /** Fills `out` with the samples from `from` on. */
  read(from: number, out: Float32Array): void {
    const begin = this.#begin ?? this.#end;
    const first = Math.min(Math.max(begin - from, 0), out.length);
    const last = Math.max(Math.min(this.#end - from, out.length), first);
    out.fill(0, 0, first);
    out.fill(0, last);
    if (last > first) this.#copyOut(from + first, out.subarray(first, last));
  }

  #fillSilence(from: number, to: number): void {
    const capacity = this.#samples.length;
    if (to - from >= capacity) {
      this.#samples.fill(0);
      return;
    }
    for (let at = from; at < to;) {
      const index = this.#indexOf(at);
      const count = Math.min(to - at, capacity - index);
      this.#samples.fill(0, index, index + count);
      at += count;
    }
  }

  #copyIn(start: number, samples: Float32Array): void {
    const index = this.#indexOf(start);
    const count = Math.min(samples.length, this.#samples.length - index);
    this.#samples.set(samples.subarray(0, count), index);
    this.#samples.set(samples.subarray(count), 0);
  }

  #copyOut(start: number, out: Float32Array): void {
    const index = this.#indexOf(start);
    const count = Math.min(out.length, this.#samples.length - index);
    out.set(this.#samples.subarray(index, index + count));
    out.set(this.#samples.subarray(0, out.length - count), count);
  }

  #indexOf(sample: number): number {
    const capacity = this.#samples.length;
    return ((sample % capacity) + capacity) % capacity;
  }
}
