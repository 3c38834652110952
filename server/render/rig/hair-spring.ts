/**
 * Hair tips as one damped spring that chases the head: it lags when the head moves, overshoots
 * a little and hangs by gravity when the head tilts. Integrates over MediaTime in fixed steps, so
 * the same times give the same hair; a jump in time resets it.
 */
const STEP_SECONDS = 0.01;
const JUMP_SECONDS = 0.5;
const DAMPING = 0.38;
/** Farthest the tips trail behind, in rig units. */
const LIMIT = 9;

export class HairSpring {
  /** Offset of the tips from where the head alone would put them, rig units. */
  x = 0;
  y = 0;
  readonly #omega: number;
  #time = Number.NaN;
  #tipX = 0;
  #tipY = 0;
  #speedX = 0;
  #speedY = 0;

  constructor(hertz: number) {
    this.#omega = 2 * Math.PI * hertz;
  }

  /** Moves the tips towards the head's anchor (rig units) up to `timeSeconds`. */
  update(anchorX: number, anchorY: number, timeSeconds: number): void {
    const elapsed = timeSeconds - this.#time;
    if (!(elapsed >= 0 && elapsed <= JUMP_SECONDS)) this.#reset(anchorX, anchorY, timeSeconds);
    const steps = Math.round((timeSeconds - this.#time) / STEP_SECONDS);
    const stiffness = this.#omega * this.#omega;
    const drag = 2 * DAMPING * this.#omega;
    for (let i = 0; i < steps; i += 1) {
      this.#speedX += (stiffness * (anchorX - this.#tipX) - drag * this.#speedX) * STEP_SECONDS;
      this.#speedY += (stiffness * (anchorY - this.#tipY) - drag * this.#speedY) * STEP_SECONDS;
      this.#tipX += this.#speedX * STEP_SECONDS;
      this.#tipY += this.#speedY * STEP_SECONDS;
    }
    this.#time += steps * STEP_SECONDS;
    this.x = limit(this.#tipX - anchorX);
    this.y = limit(this.#tipY - anchorY) * 0.5;
  }

  #reset(anchorX: number, anchorY: number, timeSeconds: number): void {
    this.#time = timeSeconds;
    this.#tipX = anchorX;
    this.#tipY = anchorY;
    this.#speedX = 0;
    this.#speedY = 0;
  }
}

/** Soft limit: slope 1 at rest, never beyond LIMIT. */
function limit(value: number): number {
  return LIMIT * Math.tanh(value / LIMIT);
}
