'use client';
import { EMOTIONS } from '../../../server/protocol/words.ts';
import { useText } from '../../lib/preferences.tsx';
import { useStudio } from '../../lib/use-studio.tsx';
import { Chip } from '../ui/chip.tsx';

/** An emotion pack at the touch of a button: face, posture and duration as the server has them. */
export function MoodBar() {
  const t = useText().motion.emotion;
  const { motion } = useStudio();
  return (
    <div role="group" aria-label={t.title} className="flex flex-wrap gap-1.5">
      {EMOTIONS.map((emotion) => (
        <Chip key={emotion} chosen={false} onClick={() => void motion.feel(emotion)}>
          {t.names[emotion]}
        </Chip>
      ))}
    </div>
  );
}
