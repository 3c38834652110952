/**
 * Places a pose sender's clock on the server's. Pure: arrival times come from outside. One per
 * source of live poses, on the main thread.
 *
 * A minimum-delay filter (as in NTP's clock filter, RFC 5905 section 10): every packet tells
 * `arrival - sender time`, which is the clocks' difference plus what camera, recogniser and network
 * took. The least of the last 5 to 10 s has the least waiting in it and is taken for the difference;
 * so a pose's time is when it would have arrived with nothing in its way: evenly spaced as it was
 * seen, and earlier than its arrival by its share of jitter. The constant part of the delay can't be
 * known from one direction and stays in. A sender whose clock steps ahead is followed at once, one
 * that steps back as soon as its packets seem later than they can be.
 */
const WINDOW_US = 5_000_000;
/** Nothing is retransmitted, so nothing is this late: the sender's clock was set back. */
const STEP_US = 1_000_000;

export class PoseClock {
  #windowEndUs = -Infinity;
  #leastUs = Infinity;
  #leastBeforeUs = Infinity;

  /** Server time of a pose, at most `arrivalUs`; both clocks in microseconds. */
  place(senderUs: number, arrivalUs: number): number {
    const delayUs = arrivalUs - senderUs;
    if (delayUs - Math.min(this.#leastUs, this.#leastBeforeUs) > STEP_US) this.#forget();
    if (arrivalUs >= this.#windowEndUs) {
      this.#leastBeforeUs = this.#leastUs;
      this.#leastUs = Infinity;
      this.#windowEndUs = arrivalUs + WINDOW_US;
    }
    this.#leastUs = Math.min(this.#leastUs, delayUs);
    return senderUs + Math.min(this.#leastUs, this.#leastBeforeUs);
  }

  #forget(): void {
    this.#windowEndUs = -Infinity;
    this.#leastUs = Infinity;
    this.#leastBeforeUs = Infinity;
  }
}
