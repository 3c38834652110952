/**
 * The overlay's picture while somebody watches it: an encoder of its own for colour and matte, into
 * RTP packets of its own. Feeder thread; owned by the feeder session.
 */
import { nowUs, TICK_US } from '../../core/time.ts';
import type { Control, FeederSessionOptions } from '../../session/wires.ts';
import { videoKbps } from '../bit-rates.ts';
import { Encoder, type EncodedFrame } from '../encoder.ts';
import type { EncoderName } from '../encoder-command.ts';
import type { TappedPicture } from '../picture-tap.ts';
import { RtpOut } from '../rtp-out.ts';
import { OverlayPicture } from './overlay-picture.ts';

/** One being written, one waiting. */
const BUFFERS = 3;

export type OverlayCounts = { frames: number; late: number };

export class OverlayOut {
  readonly #control: Control;
  readonly #picture: OverlayPicture;
  readonly #encoder: Encoder;
  readonly #rtp: RtpOut;
  readonly #free: Uint8Array[];
  readonly #counts: OverlayCounts;
  #wantsKeyframe = true;
  /** The encoder has started: from now on what is left out counts. */
  #running = false;

  /** `counts` goes on over several overlays of a session. */
  constructor(options: FeederSessionOptions, control: Control, counts: OverlayCounts) {
    const { width, height, fps, ffmpeg, encoder, overlay, wires } = options;
    this.#control = control;
    this.#counts = counts;
    this.#picture = new OverlayPicture(width, height);
    this.#free = Array.from({ length: BUFFERS }, () => new Uint8Array(this.#picture.bytes));
    this.#rtp = new RtpOut({
      ring: wires.overlayRtp,
      stream: overlay,
      takeSequence: () => {
        const sequence = control.overlaySequence;
        control.overlaySequence = sequence + 1;
        return sequence;
      },
    });
    this.#encoder = new Encoder({
      ...{ width, height: 2 * height, fps, ffmpeg },
      bitrateKbps: videoKbps(width, 2 * height, fps),
      encoder: encoder as EncoderName,
      onConfig: (config) => this.#rtp.setParameterSets(config),
      onFrame: (frame) => this.#send(frame),
      onRestart: () => (this.#wantsKeyframe = true),
    });
  }

  take({ rgba, timeUs, sourceUs }: TappedPicture): void {
    const buffer = this.#free.pop();
    if (this.#control.takeOverlayKeyframeRequest()) this.#wantsKeyframe = true;
    if (!buffer || !this.#encoder.ready) {
      if (this.#running) this.#counts.late += 1;
      if (buffer) this.#free.push(buffer);
      return;
    }
    this.#picture.convert(rgba, buffer);
    const frame = { pixels: buffer, timeUs, sourceUs, keyframe: this.#wantsKeyframe };
    const written = this.#encoder.write(frame, () => this.#free.push(buffer));
    if (written) this.#wantsKeyframe = false;
    else this.#free.push(buffer);
  }

  /** Resolves when its process is gone. */
  close(): Promise<void> {
    return this.#encoder.close();
  }

  #send(frame: EncodedFrame): void {
    this.#rtp.send(frame);
    this.#counts.frames += 1;
    this.#running = true;
    if (nowUs() - frame.sourceUs > TICK_US) this.#counts.late += 1;
  }
}
