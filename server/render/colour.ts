/** Colours as people write them. */
export type Rgb = readonly [number, number, number];

/** `#rrggbb` as three values 0..255. The protocol's schema has checked the form. */
export function parseColour(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
