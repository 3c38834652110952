/**
 * What this browser remembers. Storage can be refused (private windows): then everything still
 * works and is forgotten on reload.
 */
export type StoredKey =
  | 'theme'
  | 'language'
  | 'token'
  | 'session'
  | 'microphone'
  | 'camera'
  | 'favourites'
  | 'hotkeys'
  | 'scene'
  | 'tab'
  | 'deck'
  | 'more'
  | 'cast'
  | 'device'
  | 'picture'
  | 'background'
  | 'slate'
  | 'sound'
  | 'voice';

export function recall(key: StoredKey): string | null {
  try {
    return localStorage.getItem(`posecast.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: StoredKey, value: string): void {
  try {
    localStorage.setItem(`posecast.${key}`, value);
  } catch {
    // See above: nothing breaks when it can't be kept.
  }
}

export function forget(key: StoredKey): void {
  try {
    localStorage.removeItem(`posecast.${key}`);
  } catch {
    // See above.
  }
}
