'use client';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { Studio } from './studio.ts';
import { TemplatesProvider } from './use-templates.tsx';

const Context = createContext<Studio | null>(null);

/** One Studio for the life of the page. */
export function StudioProvider({ children }: { readonly children: ReactNode }) {
  const [studio] = useState(() => new Studio());
  useEffect(() => {
    studio.open();
    return () => studio.close();
  }, [studio]);
  return (
    <Context value={studio}>
      <TemplatesProvider value={studio.templates}>{children}</TemplatesProvider>
    </Context>
  );
}

export function useStudio(): Studio {
  const studio = useContext(Context);
  if (studio === null) throw new Error('useStudio is used outside of StudioProvider.');
  return studio;
}
