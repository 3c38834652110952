'use client';
import { X } from 'lucide-react';
import type { Transfers } from '../../lib/transfers.ts';
import { useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from './button.tsx';

/** Work that is going on, how far it is where that is known, and the way to call it off. */
export function Progress({
  label,
  share,
  onCancel,
}: {
  readonly label: string;
  readonly share?: number;
  readonly onCancel?: () => void;
}) {
  const t = useText();
  return (
    <div className="flex items-center gap-2 py-1.5">
      <div role="status" className="min-w-0 flex-1 space-y-1.5">
        <p className="truncate text-[13px]">{label}</p>
        <progress
          aria-label={label}
          className="h-1.5 w-full accent-accent"
          {...(share !== undefined && { value: share })}
        />
      </div>
      {onCancel && (
        <Button
          look="quiet"
          size="icon"
          aria-label={t.drop.cancel(label)}
          title={t.drop.cancel(label)}
          onClick={onCancel}
        >
          <X aria-hidden className="size-4" />
        </Button>
      )}
    </div>
  );
}

/** Every file that is on its way. */
export function TransferList({ transfers }: { readonly transfers: Transfers }) {
  const t = useText().drop;
  const list = useStore(transfers.list);
  return list.map(({ id, name, share, cancel }) => (
    <Progress
      key={id}
      label={share < 1 ? t.sending(name, Math.round(share * 100)) : t.looking(name)}
      {...(share < 1 && { share })}
      onCancel={cancel}
    />
  ));
}
