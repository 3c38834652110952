'use client';
import { usePageText } from '../../lib/preferences.tsx';
import { PushCard } from '../push-card.tsx';
import { Page } from '../shell/page.tsx';

/** The page of all push targets and their keys. */
export function TargetsPage() {
  return (
    <Page name="targets" about={usePageText().library.targets}>
      <PushCard />
    </Page>
  );
}
