import { ModelsPage } from '../../../components/library/models-page.tsx';

export default function Page() {
  return <ModelsPage />;
}
