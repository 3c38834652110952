import { useState } from 'react';
import type { TemplateId } from '../../server/protocol/index.ts';
import { recall, remember } from './storage.ts';

/** Gestures that this browser keeps in front. */
export function useFavourites(): {
  readonly ids: ReadonlySet<TemplateId>;
  readonly toggle: (id: TemplateId) => void;
} {
  const [ids, setIds] = useState<ReadonlySet<TemplateId>>(
    () => new Set((recall('favourites') ?? '').split(' ').filter(Boolean) as TemplateId[]),
  );
  const toggle = (id: TemplateId) => {
    const next = new Set(ids);
    if (!next.delete(id)) next.add(id);
    remember('favourites', [...next].join(' '));
    setIds(next);
  };
  return { ids, toggle };
}
