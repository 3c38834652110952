import { usePreferences } from './preferences.tsx';
import { useStore } from './use-store.ts';
import { useStudio } from './use-studio.tsx';

/** Triggers by name in the panel's language; by id while the list is not there. */
export function useTriggerTitle(): (id: string) => string {
  const { language } = usePreferences();
  const list = useStore(useStudio().triggers.list);
  return (id) => {
    const title = list?.find((trigger) => trigger.id === id)?.title;
    return title?.[language] || title?.en || id;
  };
}
