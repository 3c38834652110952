'use client';
import { Copy, Download, Pause, Play, Redo2, Undo2, Upload, ZoomIn, ZoomOut } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { saveText } from '../../lib/download.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { readScript, writeScript } from '../../lib/studio-script.ts';
import type { SoundSource } from '../../lib/studio-script-editor.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

const ICON = 'size-4';

/** Playing, undo, zoom, and scripts in and out. */
export function ScriptBar({
  sound,
  zoom,
  mostZoom,
  onZoom,
  toggle,
  onCopy,
}: {
  readonly sound: SoundSource;
  readonly zoom: number;
  readonly mostZoom: number;
  readonly onZoom: (zoom: number) => void;
  readonly toggle: () => void;
  /** Absent where there is no other sound. */
  readonly onCopy?: () => void;
}) {
  const t = usePageText().script;
  const { editor } = sound;
  const { playing, t: at, canUndo, canRedo, script } = useStore(editor.view);
  const PlayIcon = playing ? Pause : Play;
  const empty = script.marks.length === 0;
  return (
    <div className="flex flex-wrap items-center gap-1">
      <Tool label={playing ? t.pause : t.play} onClick={toggle}>
        <PlayIcon aria-hidden className={ICON} />
      </Tool>
      <span className="mr-auto font-mono text-xs text-ink-2 tabular-nums">
        {at.toFixed(2)} / {editor.seconds.toFixed(2)} s
      </span>
      <Tool label={t.undo} disabled={!canUndo} onClick={() => editor.undo()}>
        <Undo2 aria-hidden className={ICON} />
      </Tool>
      <Tool label={t.redo} disabled={!canRedo} onClick={() => editor.redo()}>
        <Redo2 aria-hidden className={ICON} />
      </Tool>
      <Tool label={t.zoomOut} disabled={zoom === 1} onClick={() => onZoom(zoom / 2)}>
        <ZoomOut aria-hidden className={ICON} />
      </Tool>
      <Tool label={t.zoomIn} disabled={zoom >= mostZoom} onClick={() => onZoom(zoom * 2)}>
        <ZoomIn aria-hidden className={ICON} />
      </Tool>
      <Import sound={sound} />
      <Tool
        label={t.export}
        disabled={empty}
        onClick={() => saveText(writeScript(script), `${sound.name}.script.json`)}
      >
        <Download aria-hidden className={ICON} />
      </Tool>
      {onCopy && (
        <Tool label={t.toAll} disabled={empty} onClick={onCopy}>
          <Copy aria-hidden className={ICON} />
        </Tool>
      )}
    </div>
  );
}

function Import({ sound: { editor } }: { readonly sound: SoundSource }) {
  const t = usePageText().script;
  const input = useRef<HTMLInputElement>(null);
  const [why, setWhy] = useState('');
  const take = async (file: File) => {
    const reading = readScript(await file.text());
    setWhy(reading.ok ? '' : reading.why);
    if (reading.ok) editor.replace(reading.script);
  };
  return (
    <>
      <Tool label={t.import} title={t.importTitle} onClick={() => input.current?.click()}>
        <Upload aria-hidden className={ICON} />
      </Tool>
      <input
        ref={input}
        type="file"
        accept=".json,.srt,.vtt"
        aria-label={t.importTitle}
        tabIndex={-1}
        className="sr-only"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file) void take(file);
          target.value = '';
        }}
      />
      {why !== '' && (
        <div className="order-last basis-full">
          <Notice
            tone="poor"
            title={t.badFile}
            dismiss={{ label: t.close, onClick: () => setWhy('') }}
          >
            {why}
          </Notice>
        </div>
      )}
    </>
  );
}

function Tool({
  label,
  title = label,
  disabled = false,
  onClick,
  children,
}: {
  readonly label: string;
  readonly title?: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Button
      look="quiet"
      size="icon"
      aria-label={label}
      title={title}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
