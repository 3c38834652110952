/** Branded ids and time: a session id can't be handed where a transport id belongs. */
import { z } from 'zod';

const shortId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

export const SessionId = shortId.brand<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;

export const TransportId = shortId.brand<'TransportId'>();
export type TransportId = z.infer<typeof TransportId>;

export const ConsumerId = shortId.brand<'ConsumerId'>();
export type ConsumerId = z.infer<typeof ConsumerId>;

export const ProducerId = shortId.brand<'ProducerId'>();
export type ProducerId = z.infer<typeof ProducerId>;

export const DataProducerId = shortId.brand<'DataProducerId'>();
export type DataProducerId = z.infer<typeof DataProducerId>;

/** Folder name of an avatar pack. */
export const AvatarName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
export type AvatarName = z.infer<typeof AvatarName>;

declare const mediaTime: unique symbol;
/** Microseconds on the session's audio timeline. */
export type MediaTime = number & { readonly [mediaTime]: true };
