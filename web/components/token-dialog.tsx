'use client';
import { useId, useState } from 'react';
import { useText } from '../lib/preferences.tsx';
import { recall } from '../lib/storage.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';

/** Asks for the admin token for as long as the server refuses the one we have. */
export function TokenDialog() {
  const t = useText();
  const { client } = useStudio();
  const open = useStore(client.connection) === 'unauthorized';
  const id = useId();
  const [token, setToken] = useState('');
  return (
    <Dialog open={open} title={t.token.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          client.authorize(token.trim());
        }}
      >
        <p className="mt-2 text-ink-2">{t.token.text}</p>
        {recall('token') && (
          <p role="alert" className="mt-3 text-[13px] font-medium text-poor">
            {t.token.refused}
          </p>
        )}
        <label htmlFor={id} className="mt-4 mb-1 block text-[13px] text-ink-2">
          {t.token.label}
        </label>
        <input
          id={id}
          type="password"
          autoComplete="current-password"
          required
          autoFocus
          value={token}
          onChange={(event) => setToken(event.target.value)}
          className="h-10 w-full rounded-lg border border-line-strong bg-surface px-3 font-mono text-sm"
        />
        <Button type="submit" look="primary" className="mt-5 w-full" disabled={!token.trim()}>
          {t.token.submit}
        </Button>
      </form>
    </Dialog>
  );
}
