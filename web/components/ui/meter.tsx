import clsx from 'clsx';

/** From a whisper to clipping; below, nothing worth showing happens. */
const FLOOR_DB = -60;
const HOT_DB = -6;
const SEGMENTS = 32;

type Props = { readonly label: string; readonly db: number; readonly className?: string };

/** A level meter in dBFS, read out as a value by screen readers. */
export function Meter({ label, db, className }: Props) {
  const clamped = Math.min(0, Math.max(FLOOR_DB, db));
  const lit = Math.round((1 - clamped / FLOOR_DB) * SEGMENTS);
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={FLOOR_DB}
      aria-valuemax={0}
      aria-valuenow={Math.round(clamped)}
      aria-valuetext={`${Math.round(clamped)} dB`}
      className={clsx('flex h-3 items-stretch gap-[2px]', className)}
    >
      {Array.from({ length: SEGMENTS }, (_, index) => (
        <span
          key={index}
          className={clsx('flex-1 rounded-[2px]', index < lit ? lamp(index) : 'bg-line')}
        />
      ))}
    </div>
  );
}

function lamp(index: number): string {
  const db = FLOOR_DB * (1 - index / SEGMENTS);
  if (db >= HOT_DB) return 'bg-poor';
  return db >= HOT_DB * 2 ? 'bg-fair' : 'bg-good';
}
