import { ClientOnly } from '../../components/client-only.tsx';
import { Overlay } from '../../components/overlay-screen.tsx';

/** Served for every /overlay/<session>; the page reads the session from its own address. */
export default function Page() {
  return (
    <ClientOnly>
      <Overlay />
    </ClientOnly>
  );
}
