/**
 * How much somebody is speaking at a moment, by the sound around it alone: the same for a frame
 * whoever draws it. In silence a face keeps its own resting mouth. Pure.
 */
const RATE = 16;
/** Steps in which loudness is taken, ms, and dBFS between which it counts. */
const STEP_MS = 20;
const [QUIET_DB, LOUD_DB] = [-56, -44] as const;
/** A mouth opens this much before a sound and rests this much after it, ms; fading as long again. */
const [LEAD_MS, HOLD_MS, FADE_MS] = [60, 120, 120] as const;

/** 0..1; `beforeMs`: how much of `sound` (16 kHz) lies before the moment. */
export function speakingShare(sound: Float32Array, beforeMs: number): number {
  let most = 0;
  for (let at = 0; at + STEP_MS * RATE <= sound.length; at += STEP_MS * RATE) {
    const distanceMs = at / RATE + STEP_MS / 2 - beforeMs;
    const beyond = distanceMs > 0 ? distanceMs - LEAD_MS : -distanceMs - HOLD_MS;
    const near = 1 - Math.max(0, beyond) / FADE_MS;
    if (near > most) most = Math.max(most, Math.min(1, near) * loudness(sound, at));
  }
  return most;
}

function loudness(sound: Float32Array, from: number): number {
  let sum = 0;
  for (let i = from; i < from + STEP_MS * RATE; i += 1) sum += sound[i]! ** 2;
  const db = 10 * Math.log10(sum / (STEP_MS * RATE) + 1e-12);
  return Math.max(0, Math.min(1, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
}
