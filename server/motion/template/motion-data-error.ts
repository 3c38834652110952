/** What is wrong with a template or a motion file, as one sentence; the doors give it a code. */
export class MotionDataError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MotionDataError';
  }
}
