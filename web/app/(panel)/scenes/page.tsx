import { ScenesPage } from '../../../components/library/scenes-page.tsx';

export default function Page() {
  return <ScenesPage />;
}
