import { AvatarsPage } from '../../components/avatars/avatars-page.tsx';
import { ClientOnly } from '../../components/client-only.tsx';

export default function Page() {
  return (
    <ClientOnly>
      <AvatarsPage />
    </ClientOnly>
  );
}
