'use client';
import { useEffect, useState } from 'react';
import type { TemplateSummary } from '../../../server/protocol/index.ts';
import { api } from '../../lib/api.ts';
import { usePageText } from '../../lib/preferences.tsx';
import type { SoundSource } from '../../lib/studio-script-editor.ts';
import { waveformOf, type Waveform } from '../../lib/studio-sound.ts';
import { useSceneList } from '../../lib/use-scene-list.ts';
import { useHotkeys } from '../../lib/use-hotkeys.ts';
import { useSoundPlayer } from '../../lib/use-sound-player.ts';
import { Card } from '../ui/card.tsx';
import { Select } from '../ui/field.tsx';
import { ScriptAdd } from './script-add.tsx';
import { ScriptBar } from './script-bar.tsx';
import { ScriptMarkFields } from './script-mark-fields.tsx';
import { ScriptTimeline } from './script-timeline.tsx';

/** What the avatar does when, over the waveform of one of the sounds. */
export function ScriptCard({ sounds }: { readonly sounds: readonly SoundSource[] }) {
  const t = usePageText().script;
  const [wanted, setWanted] = useState('');
  const sound = sounds.find(({ id }) => id === wanted) ?? sounds[0];
  return (
    <Card title={t.title}>
      {!sound && <p className="text-[13px] text-ink-2">{t.none}</p>}
      {sound && sounds.length > 1 && (
        <div className="mb-3">
          <Select
            label={t.sound}
            value={sound.id}
            values={sounds.map(({ id }) => id)}
            titles={Object.fromEntries(sounds.map(({ id, name }) => [id, name]))}
            onChange={setWanted}
          />
        </div>
      )}
      {sound && <Script key={sound.id} sound={sound} sounds={sounds} />}
    </Card>
  );
}

function Script({
  sound,
  sounds,
}: {
  readonly sound: SoundSource;
  readonly sounds: readonly SoundSource[];
}) {
  const t = usePageText().script;
  const { editor } = sound;
  const waveform = useWaveform(sound);
  const templates = useTemplateList();
  const scenes = useSceneList();
  const toggle = useSoundPlayer(sound);
  const [zoom, setZoom] = useState(1);
  /** What the timeline's width leaves room for. */
  const [mostZoom, setMostZoom] = useState(1);
  useHotkeys((key) => {
    if (key === 'space' && !isElsewhere()) toggle();
    else if (key === 'ctrl+z') editor.undo();
    else if (key === 'shift+ctrl+z' || key === 'ctrl+y') editor.redo();
    else return false;
    return true;
  });
  const copy = () => {
    const { script } = editor.view.get();
    for (const each of sounds) if (each !== sound) each.editor.replace(script);
  };
  return (
    <div className="space-y-3">
      <ScriptBar
        {...{ sound, mostZoom, toggle }}
        zoom={Math.min(zoom, mostZoom)}
        onZoom={setZoom}
        {...(sounds.length > 1 && { onCopy: copy })}
      />
      <ScriptTimeline {...{ editor, waveform, templates, zoom }} onMostZoom={setMostZoom} />
      <Trouble waveform={waveform} />
      <ScriptMarkFields {...{ editor, templates, scenes }} />
      <ScriptAdd {...{ editor, templates, scenes }} />
      <p className="text-xs text-ink-3">
        {t.hint} {t.kept}
      </p>
    </div>
  );
}

/** Space belongs to the button or the box that has the focus, but for the timeline's own. */
function isElsewhere(): boolean {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return false;
  return focused.closest('[data-timeline]') === null;
}

function Trouble({ waveform: { state } }: { readonly waveform: Waveform }) {
  const t = usePageText().script;
  const words = { loading: t.loading, 'too-long': t.tooLong, unreadable: t.unreadable, seen: '' };
  return (
    <p role="status" className="text-[13px] text-ink-2 empty:hidden">
      {words[state]}
    </p>
  );
}

function useWaveform({ file, seconds }: SoundSource): Waveform {
  const [waveform, setWaveform] = useState<Waveform>({ state: 'loading' });
  useEffect(() => {
    let wanted = true;
    void waveformOf(file, seconds).then((found) => wanted && setWaveform(found));
    return () => void (wanted = false);
  }, [file, seconds]);
  return waveform;
}

function useTemplateList(): readonly TemplateSummary[] {
  const [templates, setTemplates] = useState<readonly TemplateSummary[]>([]);
  useEffect(() => {
    // Without the list there are sentences and emotions still.
    void api<TemplateSummary[]>('GET', '/templates').then(setTemplates, () => undefined);
  }, []);
  return templates;
}
