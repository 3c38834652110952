import { ClientOnly } from '../../components/client-only.tsx';
import { Motions } from '../../components/editor/motions.tsx';

export default function Page() {
  return (
    <ClientOnly>
      <Motions />
    </ClientOnly>
  );
}
