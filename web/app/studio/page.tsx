import { ClientOnly } from '../../components/client-only.tsx';
import { RenderStudio } from '../../components/studio/render-studio.tsx';

export default function Page() {
  return (
    <ClientOnly>
      <RenderStudio />
    </ClientOnly>
  );
}
