/**
 * Cuts a voice into pieces at its pauses, for a recogniser that wants whole phrases. It holds Opus
 * packets as they came, and the marks of the engine's voice activity say where to cut. No clock in
 * here: all times are microseconds on the session's MediaTime. Main thread; one per session.
 */

export type HeardPacket = {
  /** A whole RTP packet. */
  readonly rtp: Uint8Array;
  /** Of its first sample. */
  readonly timeUs: number;
  /** It does not continue the packet before. */
  readonly restart: boolean;
};

export type Piece = {
  readonly fromUs: number;
  readonly toUs: number;
  readonly packets: readonly HeardPacket[];
};

/** How the voice was up to a moment, as the engine tells eight times a second. */
export type VoiceMark = {
  readonly timeUs: number;
  /** Of the last sound that was speech. */
  readonly voicedUs: number;
  readonly levelDb: number;
  /** Phrases that have ended so far: a shorter pause than ours ends one. */
  readonly phraseEnd: number;
};

/** Sound before the first speech: a mark tells only of speech since the one before. */
const BEFORE_US = 300_000;
/** And after the last one. */
const AFTER_US = 250_000;
/** A shorter silence is a stop or a breath inside a sentence. */
const PAUSE_US = 450_000;
/** From here on the engine's shorter pauses are good enough to cut at. */
const LONG_US = 4_000_000;
/** Their middle, behind the last speech. */
const SHORT_US = 120_000;
const LONGEST_US = 8_000_000;
/** A piece that finds no pause is cut at its quietest moment of the last so many. */
const SEARCH_US = 3_000_000;
/** What is over between one mark and the next is a cough or a click. */
const LEAST_US = 100_000;
/** Kept while nobody speaks; more than a piece ever reaches back. */
const KEPT_US = 1_000_000;
/** Bounds the memory where no marks come: 8 s in packets of 10 ms, and some. */
const MOST_PACKETS = 1000;

type Open = {
  fromUs: number;
  firstUs: number;
  voicedUs: number;
  marks: { readonly timeUs: number; readonly levelDb: number }[];
};

export class PieceCutter {
  readonly #onPiece: (piece: Piece) => void;
  #packets: HeardPacket[] = [];
  #open: Open | undefined;
  #phrases = 0;
  /** Of the mark before. */
  #timeUs = -Infinity;
  #voicedUs = -Infinity;
  /** Where the last piece ended: no sound is in two pieces. */
  #cutUs = -Infinity;

  constructor(onPiece: (piece: Piece) => void) {
    this.#onPiece = onPiece;
  }

  /** Packets held at the moment. */
  get held(): number {
    return this.#packets.length;
  }

  packet(packet: HeardPacket): void {
    this.#packets.push(packet);
    const oldestUs = this.#open ? this.#open.fromUs : packet.timeUs - KEPT_US;
    while (
      this.#packets.length > MOST_PACKETS ||
      (this.#packets.length > 0 && this.#packets[0]!.timeUs < oldestUs - BEFORE_US)
    ) {
      this.#packets.shift();
    }
  }

  mark({ timeUs, voicedUs, levelDb, phraseEnd }: VoiceMark): void {
    const phraseEnded = phraseEnd > this.#phrases;
    this.#phrases = phraseEnd;
    if (voicedUs > this.#voicedUs) this.#voiced(Math.max(this.#timeUs, timeUs - KEPT_US), voicedUs);
    this.#voicedUs = voicedUs;
    this.#timeUs = timeUs;
    const open = this.#open;
    if (!open) return;
    open.marks.push({ timeUs, levelDb });
    const lengthUs = timeUs - open.fromUs;
    if (timeUs - voicedUs >= PAUSE_US) {
      this.#cut(open, Math.min(timeUs, voicedUs + AFTER_US));
      this.#open = undefined;
    } else if (phraseEnded && lengthUs >= LONG_US && voicedUs < timeUs) {
      this.#cutInside(open, Math.min(timeUs, voicedUs + SHORT_US));
    } else if (lengthUs >= LONGEST_US) this.#cutInside(open, quietest(open, timeUs));
  }

  #voiced(sinceUs: number, voicedUs: number): void {
    const fromUs = Math.max(this.#cutUs, sinceUs - BEFORE_US);
    this.#open ??= { fromUs, firstUs: voicedUs, voicedUs, marks: [] };
    this.#open.voicedUs = voicedUs;
  }

  /** The voice goes on: what is after the cut belongs to the next piece. */
  #cutInside(open: Open, atUs: number): void {
    this.#cut(open, atUs);
    const marks = open.marks.filter(({ timeUs }) => timeUs > atUs);
    this.#open = { fromUs: atUs, firstUs: atUs, voicedUs: open.voicedUs, marks };
  }

  #cut(open: Open, toUs: number): void {
    const { fromUs } = open;
    const packets = this.#packets.filter(({ timeUs }) => timeUs >= fromUs && timeUs < toUs);
    this.#packets = this.#packets.filter(({ timeUs }) => timeUs >= toUs);
    this.#cutUs = toUs;
    if (open.voicedUs - open.firstUs < LEAST_US || packets.length === 0) return;
    this.#onPiece({ fromUs, toUs, packets });
  }
}

function quietest(open: Open, nowUs: number): number {
  const late = open.marks.filter(({ timeUs }) => timeUs > nowUs - SEARCH_US);
  return late.reduce((best, each) => (each.levelDb < best.levelDb ? each : best)).timeUs;
}
