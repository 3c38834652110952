'use client';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { Studio } from './studio.ts';

const Context = createContext<Studio | null>(null);

/** One Studio for the life of the page. */
export function StudioProvider({ children }: { readonly children: ReactNode }) {
  const [studio] = useState(() => new Studio());
  useEffect(() => {
    studio.open();
    return () => studio.close();
  }, [studio]);
  return <Context value={studio}>{children}</Context>;
}

export function useStudio(): Studio {
  const studio = useContext(Context);
  if (studio === null) throw new Error('useStudio is used outside of StudioProvider.');
  return studio;
}
