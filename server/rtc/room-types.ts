/** What a room is given, asked and answers with. */
import type { types } from 'mediasoup';
import type { Logger } from '../core/log.ts';
import type { OutStream } from './direct.ts';
import type { MediaServer } from './media-server.ts';
import type { PipedSource } from './payload-routers.ts';

/** What clients send as opaque objects; mediasoup checks them deeply. */
export type RtcTypes = {
  readonly dtlsParameters: types.DtlsParameters;
  readonly rtpParameters: types.RtpParameters;
  readonly rtpCapabilities: types.RtpCapabilities;
};

export type SctpStreamParameters = types.SctpStreamParameters;

export type Viewers = {
  readonly count: number;
  /** Of them, who watch the overlay. */
  readonly overlays: number;
  /** Who hear voice and music in one sound. */
  readonly mixes: number;
};

export type RoomEvents = {
  readonly voice: AudioInEvents;
  readonly music: AudioInEvents;
  /** One message of the pose channel, unchecked. The buffer is the receiver's to keep. */
  readonly onPosePacket: (packet: Buffer) => void;
  /** A viewer needs a key frame of the picture. */
  readonly onKeyframeRequest: () => void;
  readonly onOverlayKeyframeRequest: () => void;
  readonly onViewers: (viewers: Viewers) => void;
  /** The room was rebuilt: transports of before are gone. */
  readonly onRebuilt: () => void;
};

export type AudioInEvents = {
  /** One RTP packet, as it came. The buffer is the receiver's to keep. */
  readonly onPacket: (packet: Buffer) => void;
  readonly onConnected: (connected: boolean) => void;
};

export type RoomOptions = {
  readonly media: MediaServer;
  readonly cname: string;
  readonly video: OutStream;
  readonly audio: OutStream;
  readonly music: OutStream;
  readonly mix: OutStream;
  readonly overlay: OutStream;
  readonly events: RoomEvents;
  readonly log: Logger;
};

export type ConsumeRequest = {
  readonly transportId: string;
  readonly kind: 'audio' | 'video';
  /** `ingest`: the picture that came in from outside. */
  readonly source: 'avatar' | 'overlay' | 'microphone' | 'music' | 'ingest';
  readonly rtpCapabilities: types.RtpCapabilities;
};

/** A picture that comes in, as the media server took it. */
export type SentPicture = types.Producer;

/** What a sender sends, as the media server took it. */
export type Sent = {
  readonly audio: types.Producer | undefined;
  readonly video: types.Producer | undefined;
};

/** A viewer's end: what it is sent starts paused. */
export type Viewer = {
  readonly transport: types.WebRtcTransport;
  readonly consume: (
    source: PipedSource,
    rtpCapabilities: types.RtpCapabilities,
    mid: string,
  ) => Promise<types.Consumer>;
};
