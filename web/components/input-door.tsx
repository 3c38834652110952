'use client';
import { Eye, EyeOff, RefreshCw } from 'lucide-react';
import { useId, useState } from 'react';
import type { IngestDoor } from '../../server/protocol/index.ts';
import { useText } from '../lib/preferences.tsx';
import { useStudio } from '../lib/use-studio.tsx';
import { Button } from './ui/button.tsx';
import { CopyButton, CopyField, copyFieldIcon } from './ui/copy-field.tsx';
import { Notice } from './ui/notice.tsx';

/** Where OBS and other encoders send to, and the key that lets them in. */
export function InputDoor({ door }: { readonly door: IngestDoor }) {
  const t = useText().inputs;
  return (
    <div className="mt-2 space-y-2">
      <p className="text-[13px] text-ink-2">{t.about}</p>
      <CopyField label={t.rtmp} value={fromHere(door.rtmpUrl)} />
      <CopyField label={t.whip} value={new URL(door.whipKeyPath, location.href).href} />
      <KeyField value={door.key} />
      <p className="text-xs text-ink-2">{t.keyHint}</p>
      <Renew />
    </div>
  );
}

/** The server names itself by its own address; from elsewhere it is the one this page came from. */
function fromHere(rtmpUrl: string): string {
  const host = /^\[/.test(location.host) ? location.host.replace(/:\d+$/, '') : location.hostname;
  return rtmpUrl.replace('//127.0.0.1:', `//${host}:`);
}

/** Masked until it is asked for; copied without being shown. */
function KeyField({ value }: { readonly value: string }) {
  const t = useText().inputs;
  const id = useId();
  const [shown, setShown] = useState(false);
  const copy = async () => {
    if (isSecureContext) await navigator.clipboard.writeText(value);
    else setShown(true);
    return isSecureContext;
  };
  return (
    <div>
      <div className="flex items-center">
        <label htmlFor={id} className="min-w-0 flex-1 text-[13px] text-ink-2">
          {t.key}
        </label>
        <button
          type="button"
          aria-pressed={shown}
          aria-label={shown ? t.hide : t.show}
          title={shown ? t.hide : t.show}
          onClick={() => setShown(!shown)}
          className={copyFieldIcon}
        >
          {shown ? (
            <EyeOff aria-hidden className="size-4" />
          ) : (
            <Eye aria-hidden className="size-4" />
          )}
        </button>
        <CopyButton label={t.copy} done={t.copied} copy={copy} />
      </div>
      <input
        id={id}
        readOnly
        type={shown ? 'text' : 'password'}
        autoComplete="off"
        value={value}
        onFocus={(event) => event.currentTarget.select()}
        className="h-8 w-full rounded-lg border border-line-strong bg-surface px-2.5 font-mono text-xs text-ink focus:border-accent"
      />
    </div>
  );
}

/** Asks once more: an encoder that is on air would be cut off. */
function Renew() {
  const t = useText().inputs;
  const { inputs } = useStudio();
  const [asking, setAsking] = useState(false);
  const renew = async () => {
    await inputs.renew();
    setAsking(false);
  };
  if (!asking) {
    return (
      <Button size="small" look="quiet" onClick={() => setAsking(true)}>
        <RefreshCw aria-hidden className="size-4" />
        {t.renew}
      </Button>
    );
  }
  return (
    <Notice
      tone="fair"
      title={t.renewTitle}
      action={
        <span className="flex gap-2">
          <Button size="small" look="primary" onClick={() => void renew()}>
            {t.renewYes}
          </Button>
          <Button size="small" onClick={() => setAsking(false)}>
            {t.cancel}
          </Button>
        </span>
      }
    >
      {t.renewText}
    </Notice>
  );
}
