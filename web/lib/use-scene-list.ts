import { useEffect, useState } from 'react';
import type { SceneEntry } from '../../server/protocol/index.ts';
import { api } from './api.ts';

/** The server's scenes as they were when the part that asks was opened; empty until it has answered. */
export function useSceneList(): readonly SceneEntry[] {
  const [scenes, setScenes] = useState<readonly SceneEntry[]>([]);
  useEffect(() => {
    // Without the list there is no scene to choose, which shows.
    const answer = api<{ readonly scenes: SceneEntry[] }>('GET', '/scenes');
    void answer.then((found) => setScenes(found.scenes), () => undefined); // prettier-ignore
  }, []);
  return scenes;
}
