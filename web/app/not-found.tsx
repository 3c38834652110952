import { ClientOnly } from '../components/client-only.tsx';
import { NotFound } from '../components/not-found.tsx';

export default function Page() {
  return (
    <ClientOnly>
      <NotFound />
    </ClientOnly>
  );
}
