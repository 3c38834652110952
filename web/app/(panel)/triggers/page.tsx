import { TriggersPage } from '../../../components/library/triggers-page.tsx';

export default function Page() {
  return <TriggersPage />;
}
