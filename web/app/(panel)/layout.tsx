import type { ReactNode } from 'react';
import { ClientOnly } from '../../components/client-only.tsx';
import { Shell } from '../../components/shell/shell.tsx';

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <ClientOnly>
      <Shell>{children}</Shell>
    </ClientOnly>
  );
}
