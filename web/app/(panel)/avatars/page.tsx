import { AvatarsPage } from '../../../components/avatars/avatars-page.tsx';

export default function Page() {
  return <AvatarsPage />;
}
