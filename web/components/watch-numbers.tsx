'use client';
import { useEffect, useState } from 'react';
import { decimal, percent, signed, whole } from '../lib/format.ts';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import type { Viewing } from '../lib/viewing.ts';

const KEY = 'i';

/** Numbers for those who ask: the key i, or ?debug=1 in the address. */
export function WatchNumbers({ viewing }: { readonly viewing: Viewing }) {
  const [shown, setShown] = useState(() => new URLSearchParams(location.search).has('debug'));
  useEffect(() => {
    const toggle = (event: KeyboardEvent) => {
      if (event.key === KEY && !event.ctrlKey && !event.metaKey) setShown((now) => !now);
    };
    document.addEventListener('keydown', toggle);
    return () => document.removeEventListener('keydown', toggle);
  }, []);
  return shown ? <Table viewing={viewing} /> : null;
}

function Table({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const numbers = useStore(viewing.numbers);
  const stats = useStore(viewing.stats);
  const words = t.watch.numbers;
  const rows = [
    [words.server, `${whole(stats?.pictureLatencyMs.p50 ?? null)} ms`],
    [words.roundTrip, `${decimal(numbers?.roundTripMs ?? null)} ms`],
    [words.buffer, `${whole(numbers?.bufferMs ?? null)} ms`],
    [words.soundBuffer, `${whole(numbers?.soundBufferMs ?? null)} ms`],
    [words.decode, `${decimal(numbers?.decodeMs ?? null)} ms`],
    [words.av, `${signed(numbers?.avOffsetMs ?? null)} ms`],
    [words.fps, decimal(numbers?.fps ?? null)],
    [words.loss, percent(numbers?.loss ?? null)],
    [words.rate, `${whole(numbers?.kbps ?? null)} kbit/s`],
  ] as const;
  return (
    <section
      aria-label={t.watch.debug}
      className="absolute top-4 right-4 rounded-lg bg-black/75 ring-1 ring-white/15 px-4 py-3 text-[13px]"
    >
      <dl className="grid grid-cols-[auto_auto] gap-x-6 gap-y-1 tabular-nums">
        {rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-white/70">{label}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
