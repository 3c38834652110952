import { ClientOnly } from '../../components/client-only.tsx';
import { Measure } from '../../components/measure-screen.tsx';

export default function Page() {
  return (
    <ClientOnly>
      <Measure />
    </ClientOnly>
  );
}
