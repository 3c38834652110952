import { useEffect } from 'react';
import { useStore } from './use-store.ts';
import { useStudio } from './use-studio.tsx';

/** Asks for a list over the socket as soon as there is one, and again after a lost connection. */
export function useRefreshed(list: { refresh(): unknown }): void {
  const online = useStore(useStudio().client.connection) === 'online';
  useEffect(() => {
    if (online) void list.refresh();
  }, [list, online]);
}
