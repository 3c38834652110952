'use client';
import { Images, PersonStanding, Radio } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../lib/preferences.tsx';
import { recall, remember } from '../lib/storage.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { HealthCard } from './health-card.tsx';
import { InputsCard } from './inputs-card.tsx';
import { LiveControls } from './live-controls.tsx';
import { MotionTab } from './motion/motion-tab.tsx';
import { NetworkCard } from './network-card.tsx';
import { Preview } from './preview.tsx';
import { Problem } from './problem.tsx';
import { PushCard } from './push-card.tsx';
import { RecordingCard } from './recording-card.tsx';
import { SceneTab } from './scene/scene-tab.tsx';
import { ShareCard } from './share-card.tsx';
import { SlateCard } from './slate-card.tsx';
import { MicrophonePicker } from './microphone-picker.tsx';
import { Card } from './ui/card.tsx';
import { Notice } from './ui/notice.tsx';
import { Tabs, type Tab } from './ui/tabs.tsx';

/** What viewers see, the way to share it, and how it is doing. */
export function LiveScreen({ viewing }: { readonly viewing: Viewing }) {
  return (
    <div className="columns">
      <div className="stage-with-controls stage-column min-w-0 space-y-3">
        <Preview viewing={viewing} />
        <LiveControls viewing={viewing} />
        <Troubles viewing={viewing} />
      </div>
      <div className="column-side">
        <Side viewing={viewing} />
      </div>
    </div>
  );
}

const SIDES = ['stream', 'motion', 'scene'] as const;
type SideName = (typeof SIDES)[number];

/** The stream's numbers, or what moves the avatar: one at a time keeps the screen calm. */
function Side({ viewing }: { readonly viewing: Viewing }) {
  const words = useText();
  const t = words.motion.tabs;
  const { voiceFrom, inputs } = useStudio();
  const [chosen, setChosen] = useState<SideName>(() => {
    // Whoever speaks through OBS needs its address first.
    if (voiceFrom.get() === 'encoder' && !inputs.now.get().voice) return 'stream';
    return SIDES.find((name) => name === recall('tab')) ?? 'stream';
  });
  const tabs: readonly Tab<SideName>[] = [
    { name: 'stream', title: t.stream, icon: <Radio aria-hidden className="size-4" /> },
    { name: 'motion', title: t.motion, icon: <PersonStanding aria-hidden className="size-4" /> },
    { name: 'scene', title: words.scene.tab, icon: <Images aria-hidden className="size-4" /> },
  ];
  const choose = (name: SideName) => {
    remember('tab', name);
    setChosen(name);
  };
  return (
    <Tabs label={t.label} tabs={tabs} chosen={chosen} onChoose={choose}>
      {chosen === 'stream' && (
        <>
          <ShareCard viewing={viewing} />
          <InputsCard />
          <PushCard />
          <RecordingCard />
          <SlateCard viewing={viewing} />
          <NetworkCard viewing={viewing} />
          <HealthCard viewing={viewing} />
        </>
      )}
      {chosen === 'motion' && <MotionTab viewing={viewing} />}
      {chosen === 'scene' && <SceneTab viewing={viewing} />}
    </Tabs>
  );
}

function Troubles({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const studio = useStudio();
  const snapshot = useStore(viewing.snapshot);
  const microphone = useStore(studio.microphone.view);
  const from = useStore(studio.voiceFrom);
  const viewingProblem = useStore(viewing.keeper.problem);
  const online = useStore(studio.client.connection) === 'online';
  return (
    <>
      {snapshot?.state === 'degraded' && (
        <Notice tone="fair" title={t.live.degradedTitle}>
          {snapshot.reason}
        </Notice>
      )}
      {from === 'microphone' && microphone.state !== 'ready' && microphone.state !== 'asking' && (
        <Card title={t.microphone.title}>
          <MicrophonePicker />
        </Card>
      )}
      {viewingProblem && online && <Problem problem={viewingProblem} />}
    </>
  );
}
