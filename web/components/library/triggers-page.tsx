'use client';
import { useEffect } from 'react';
import { usePageText } from '../../lib/preferences.tsx';
import { useStudio } from '../../lib/use-studio.tsx';
import { TriggerCard } from '../motion/trigger-card.tsx';
import { Page } from '../shell/page.tsx';

/** The page of everything that fires by itself. */
export function TriggersPage() {
  const { templates } = useStudio();
  // The form offers them.
  useEffect(() => void templates.refresh(), [templates]);
  return (
    <Page name="triggers" about={usePageText().library.triggers}>
      <TriggerCard />
    </Page>
  );
}
