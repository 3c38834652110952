import { ClientOnly } from '../../components/client-only.tsx';
import { RecordingsScreen } from '../../components/recordings/recordings-screen.tsx';

export default function Page() {
  return (
    <ClientOnly>
      <RecordingsScreen />
    </ClientOnly>
  );
}
