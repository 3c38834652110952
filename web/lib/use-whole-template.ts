import { useEffect, useState } from 'react';
import type { Template, TemplateId } from '../../server/protocol/index.ts';
import { useStore } from './use-store.ts';
import { useTemplates } from './use-templates.tsx';

/** A template with its tracks; null while it is being fetched, or for null. */
export function useWholeTemplate(id: TemplateId | null): Template | null {
  const templates = useTemplates();
  const list = useStore(templates.list);
  const [whole, setWhole] = useState<Template | null>(null);
  useEffect(() => {
    if (id === null) return;
    let wanted = true;
    templates.whole(id).then(
      (template) => wanted && setWhole(template),
      // It was deleted meanwhile; the list will say so.
      () => wanted && setWhole(null),
    );
    return () => void (wanted = false);
    // A new list may mean new tracks.
  }, [templates, id, list]);
  return whole;
}
