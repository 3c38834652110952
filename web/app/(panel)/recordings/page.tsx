import { RecordingsScreen } from '../../../components/recordings/recordings-screen.tsx';

export default function Page() {
  return <RecordingsScreen />;
}
