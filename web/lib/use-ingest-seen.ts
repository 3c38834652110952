import { useStore } from './use-store.ts';
import { useStudio } from './use-studio.tsx';

/** Whether a sender sends a picture that can be looked at. */
export function useIngestSeen(): boolean {
  const { senders } = useStore(useStudio().inputs.now);
  return senders.some(({ video }) => video.startsWith('H.264'));
}
