import { Motions } from '../../../components/editor/motions.tsx';

export default function Page() {
  return <Motions />;
}
