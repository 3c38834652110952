'use client';
import dynamic from 'next/dynamic';
import { useState, type ReactNode } from 'react';
import { useText } from '../../lib/preferences.tsx';
import { recall, remember } from '../../lib/storage.ts';
import type { Deck } from '../../lib/use-deck.ts';
import type { Viewing } from '../../lib/viewing.ts';
import { TierSwitch } from '../motion/tier-switch.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { GesturesTab } from './gestures-tab.tsx';

/** Only gestures are wanted by everybody; the other tabs come when they are looked at. */
const TriggerCard = dynamic(() => import('../motion/trigger-card.tsx').then((m) => m.TriggerCard), {
  loading: () => null,
});
const SceneTab = dynamic(() => import('../scene/scene-tab.tsx').then((m) => m.SceneTab), {
  loading: () => null,
});
const CastTab = dynamic(() => import('./cast-tab.tsx').then((m) => m.CastTab), {
  loading: () => null,
});
const DanceCard = dynamic(() => import('../motion/dance-card.tsx').then((m) => m.DanceCard), {
  loading: () => null,
});
const ChatTab = dynamic(() => import('./chat-tab.tsx').then((m) => m.ChatTab), {
  loading: () => null,
});

const TABS = ['gestures', 'triggers', 'scenes', 'cast', 'dance', 'chat'] as const;
type TabName = (typeof TABS)[number];

type Props = {
  readonly viewing: Viewing;
  readonly deck: Deck;
  /** Folded away, only the tabs are there: choosing one brings it back. */
  readonly shown: boolean;
  readonly onShow: () => void;
  readonly aside: ReactNode;
};

/** Everything that moves the avatar or changes what stands around it, one tab at a time. */
export function DeckPanel({ viewing, deck, shown, onShow, aside }: Props) {
  const t = useText().shell;
  const [chosen, setChosen] = useState<TabName>(
    () => TABS.find((name) => name === recall('tab')) ?? 'gestures',
  );
  const choose = (name: TabName) => {
    remember('tab', name);
    setChosen(name);
    onShow();
  };
  return (
    <Tabs
      label={t.deck}
      tabs={TABS.map((name) => ({ name, title: t.deckTabs[name] }))}
      chosen={chosen}
      onChoose={choose}
      aside={
        <>
          <TierSwitch viewing={viewing} />
          {aside}
        </>
      }
      className="flex h-full min-h-0 flex-col"
      panelClassName="min-h-0 flex-1 overflow-y-auto p-3 [&_section]:border-0 [&_section]:p-0 [&_section]:shadow-none"
    >
      {shown && (
        <>
          {chosen === 'gestures' && <GesturesTab viewing={viewing} deck={deck} />}
          {chosen === 'triggers' && <TriggerCard />}
          {chosen === 'scenes' && <SceneTab viewing={viewing} />}
          {chosen === 'cast' && <CastTab viewing={viewing} />}
          {chosen === 'dance' && <DanceCard />}
          {chosen === 'chat' && <ChatTab viewing={viewing} />}
        </>
      )}
    </Tabs>
  );
}
