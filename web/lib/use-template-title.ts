import { usePreferences } from './preferences.tsx';
import { useStore } from './use-store.ts';
import { useStudio } from './use-studio.tsx';

/** What a template is called in the language of the page; its id while that isn't known. */
export function useTemplateTitle(): (id: string) => string {
  const { language } = usePreferences();
  const list = useStore(useStudio().templates.list);
  return (id) => {
    const title = list?.find((template) => template.id === id)?.title;
    return title?.[language] || title?.en || id;
  };
}
