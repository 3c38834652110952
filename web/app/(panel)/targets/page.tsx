import { TargetsPage } from '../../../components/library/targets-page.tsx';

export default function Page() {
  return <TargetsPage />;
}
