import { RenderStudio } from '../../../components/studio/render-studio.tsx';

export default function Page() {
  return <RenderStudio />;
}
