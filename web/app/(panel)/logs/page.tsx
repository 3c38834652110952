import { LogsPage } from '../../../components/library/logs-page.tsx';

export default function Page() {
  return <LogsPage />;
}
