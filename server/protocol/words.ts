/**
 * The words that a choice has, for those who offer it and check nothing: without zod, which a page
 * that only shows buttons needn't load. The files that check them hand them on.
 */

export const EMOTIONS = [
  'neutral',
  'happy',
  'excited',
  'sad',
  'angry',
  'surprised',
  'thoughtful',
  'tender',
] as const;

/** `basic`: idle and lips only. `full`: templates, triggers, webcam and the rest move the body. */
export const TIERS = ['basic', 'full'] as const;

/** mp4: what viewers see; mov (ProRes 4444) and webm (VP9): the avatar alone, with transparency. */
export const RECORDING_FORMATS = ['mp4', 'mov', 'webm'] as const;

/** Most avatars in one picture. */
export const MAX_CAST = 6;

/** How one of several goes along; see CastMember. */
export const SYNCS = ['unison', 'canon', 'own'] as const;

/** What networks run on. */
export const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu', 'dml', 'coreml'] as const;
export const DEVICES = ['auto', ...PROVIDERS] as const;
