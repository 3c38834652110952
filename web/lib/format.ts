/** Numbers as the panel writes them; '–' where there is none. */
const NONE = '–';

export const whole = (value: number | null): string =>
  value === null || !Number.isFinite(value) ? NONE : String(Math.round(value));

export const decimal = (value: number | null): string =>
  value === null || !Number.isFinite(value) ? NONE : value.toFixed(1);

/** With its sign, so that early and late can't be confused: +12, −8, 0. */
export function signed(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  const rounded = Math.round(value);
  if (rounded === 0) return '0';
  return rounded > 0 ? `+${rounded}` : `−${-rounded}`;
}

export const percent = (share: number | null): string =>
  share === null ? NONE : `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

export const megabytes = (value: number): string =>
  value >= 1000 ? `${(value / 1000).toFixed(2)} GB` : `${Math.round(value)} MB`;

/** 75 → 1:15, 3700 → 1:01:40. */
export function clock(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? part : String(part).padStart(2, '0'))).join(':');
}
