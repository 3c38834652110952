'use client';
import { EMOTIONS, type Emotion, type TemplateSummary } from '../../../server/protocol/index.ts';
import { useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/chip.tsx';

/** A mood at the touch of a button: the face, with a gesture that goes with it. */
export function MoodCard() {
  const t = useText().motion.emotion;
  const { motion, templates } = useStudio();
  const list = useStore(templates.list) ?? [];
  return (
    <Card title={t.title}>
      <div className="flex flex-wrap gap-1.5">
        {EMOTIONS.map((emotion) => {
          const template = gestureFor(list, emotion);
          return (
            <Chip
              key={emotion}
              chosen={false}
              disabled={!template}
              onClick={() => template && void motion.play([{ template: template.id }], emotion)}
            >
              {t.names[emotion]}
            </Chip>
          );
        })}
      </div>
    </Card>
  );
}

/** A gesture of that mood; the calmest there is where none has it. */
function gestureFor(
  list: readonly TemplateSummary[],
  emotion: Emotion,
): TemplateSummary | undefined {
  return (
    list.find((each) => each.emotion === emotion && !each.loop && !each.beats) ??
    list.find(({ id }) => id === 'nod') ??
    list.find(({ loop }) => !loop)
  );
}
