import { ClientOnly } from '../components/client-only.tsx';
import { Panel } from '../components/panel.tsx';

export default function Page() {
  return (
    <ClientOnly>
      <Panel />
    </ClientOnly>
  );
}
