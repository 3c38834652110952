'use client';
import { createContext, useContext } from 'react';
import type { Templates } from './templates.ts';

const Context = createContext<Templates | null>(null);

export const TemplatesProvider = Context.Provider;

export function useTemplates(): Templates {
  const templates = useContext(Context);
  if (templates === null) throw new Error('useTemplates is used outside of TemplatesProvider.');
  return templates;
}
