import { ClientOnly } from '../../components/client-only.tsx';
import { Watch } from '../../components/watch-screen.tsx';

/** Served for every /watch/<session>; the page reads the session from its own address. */
export default function Page() {
  return (
    <ClientOnly>
      <Watch />
    </ClientOnly>
  );
}
