import { ClientOnly } from '../../components/client-only.tsx';
import { RemoteDeck } from '../../components/remote/remote-deck.tsx';

export default function Page() {
  return (
    <ClientOnly>
      <RemoteDeck />
    </ClientOnly>
  );
}
