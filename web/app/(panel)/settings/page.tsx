import { SettingsPage } from '../../../components/library/settings-page.tsx';

export default function Page() {
  return <SettingsPage />;
}
