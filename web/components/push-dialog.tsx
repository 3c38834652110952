'use client';
import { ExternalLink } from 'lucide-react';
import { useId, useState } from 'react';
import type { StreamPreset, Target } from '../../server/protocol/index.ts';
import { usePreferences } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { Problem } from './problem.tsx';
import { Button } from './ui/button.tsx';
import { ConfirmButton } from './ui/confirm-button.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Check } from './ui/check.tsx';
import { Field, Select } from './ui/field.tsx';

const CUSTOM = 'custom';

/** Adds a push target or changes one; its key is never shown again. */
export function PushDialog({
  target,
  onClose,
}: {
  /** null for a new one. */
  readonly target: Target | null;
  readonly onClose: () => void;
}) {
  const { t: all, language } = usePreferences();
  const t = all.push;
  const { targets } = useStudio();
  const presets = useStore(targets.presets);
  const problem = useStore(targets.problem);
  const [service, setService] = useState(target?.service ?? presets[0]?.id ?? CUSTOM);
  const preset = presets.find(({ id }) => id === service);
  const [name, setName] = useState(target?.name ?? '');
  const [url, setUrl] = useState(target?.url ?? preset?.servers[0]?.url ?? '');
  const [key, setKey] = useState('');
  const [auto, setAuto] = useState(target?.auto ?? false);
  const titles = Object.fromEntries(presets.map(({ id, title }) => [id, title[language]]));
  const choose = (id: string) => {
    setService(id);
    setUrl(presets.find((each) => each.id === id)?.servers[0]?.url ?? '');
  };
  const save = async () => {
    const known = name.trim() || (preset?.title[language] ?? service);
    if (await targets.save({ name: known, service, url, key, auto }, target?.id)) onClose();
  };
  const remove = async () => {
    if (target && (await targets.remove(target.id))) onClose();
  };
  return (
    <Dialog open title={target ? t.edit(target.name) : t.title} onClose={onClose}>
      <form
        className="mt-4 space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {problem && <Problem problem={problem} />}
        <Select
          label={t.service}
          value={service}
          values={presets.map(({ id }) => id)}
          titles={titles}
          onChange={choose}
        />
        <Address preset={preset} url={url} onChange={setUrl} />
        <KeyField value={key} masked={target?.maskedKey} preset={preset} onChange={setKey} />
        <Field
          label={t.name}
          value={name}
          placeholder={preset?.title[language] ?? ''}
          onChange={setName}
        />
        <Check label={t.auto} value={auto} onChange={setAuto} />
        <div className="flex justify-end gap-2 pt-2">
          {target && (
            <ConfirmButton
              look="plain"
              size="normal"
              className="mr-auto"
              label={t.remove}
              name={target.name}
              onConfirm={() => void remove()}
            >
              {t.remove}
            </ConfirmButton>
          )}
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" look="primary" disabled={url === '' || (!target && key === '')}>
            {t.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** One of the service's servers, or an address of one's own. */
function Address({
  preset,
  url,
  onChange,
}: {
  readonly preset: StreamPreset | undefined;
  readonly url: string;
  readonly onChange: (url: string) => void;
}) {
  const { t, language } = usePreferences();
  const servers = preset?.servers ?? [];
  if (servers.some((server) => server.url === url)) {
    if (servers.length === 1) return null;
    return (
      <Select
        label={t.push.server}
        value={url}
        values={servers.map((server) => server.url)}
        titles={Object.fromEntries(servers.map(({ url: at, title }) => [at, title[language]]))}
        onChange={onChange}
      />
    );
  }
  return <Field label={t.push.url} value={url} placeholder={t.push.urlHint} onChange={onChange} />;
}

function KeyField({
  value,
  masked,
  preset,
  onChange,
}: {
  readonly value: string;
  readonly masked: string | undefined;
  readonly preset: StreamPreset | undefined;
  readonly onChange: (key: string) => void;
}) {
  const { t, language } = usePreferences();
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs text-ink-2">
        {t.push.key}
      </label>
      <input
        id={id}
        type="password"
        autoComplete="off"
        value={value}
        placeholder={masked ? t.push.keyKept(masked) : ''}
        onChange={(event) => onChange(event.target.value)}
        className="h-9 w-full rounded-lg border border-line-strong bg-surface px-3 font-mono text-sm"
      />
      {preset && (
        <p className="mt-1 text-xs text-ink-2">
          {preset.keyHint[language]}{' '}
          {preset.keyPage && (
            <a
              href={preset.keyPage}
              target="_blank"
              rel="noreferrer"
              className="inline-flex items-center gap-1 text-accent underline"
            >
              {t.push.keyPage}
              <ExternalLink aria-hidden className="size-3" />
            </a>
          )}
        </p>
      )}
    </div>
  );
}
