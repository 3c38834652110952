/**
 * The socket.io protocol. Requests go from client to server and are always acknowledged with a
 * Reply; pushes go from server to client. Every request payload is parsed with its schema at the
 * door. WebRTC parameters are mediasoup's own objects: mediasoup validates them deeply, the
 * schemas here only hold their outer shape and size.
 */
import { z } from 'zod';
import {
  CaptionsSwitch,
  type Caption,
  type CaptionsState,
  type CaptionsStatus,
} from './captions.ts';
import { DiffusionChange } from './diffusion.ts';
import type { ErrorCode } from './errors.ts';
import type { DataProducerId } from './ids.ts';
import { ConsumerId, ProducerId, SessionId, TransportId } from './ids.ts';
import { InputOrigin, type IngestDoor, type SessionInputs } from './input.ts';
import { Tier } from './motion.ts';
import type { TakeEntry, TakeStopped } from './take.ts';
import type { RecordingState } from './recording.ts';
import { ScenePoint, SceneSwitch, SlideTurn, type SessionScene } from './scene.ts';
import { SayRequest, type SayAnswer } from './say.ts';
import {
  TargetId,
  TargetRequest,
  type SessionPush,
  type StreamPreset,
  type Target,
} from './target.ts';
import {
  ChatMessage,
  EventName,
  Trigger,
  TriggerId,
  type TriggerFired,
  type TriggersFired,
  type TriggerSummary,
} from './trigger.ts';
import {
  EmotionPlay,
  MotionDance,
  MotionPlay,
  MotionTap,
  MotionTempo,
  type MotionPlayed,
  type MotionState,
  type PoseShown,
  type MotionTapped,
} from './motion-state.ts';
import {
  AudioRole,
  SessionRequest,
  type AvatarSummary,
  type ServerInfo,
  type SessionLevel,
  type SessionSnapshot,
  type SessionStats,
} from './session.ts';

/** Raised when a client of the old number could misread a server of the new one. */
export const PROTOCOL_VERSION = 1;

/** Largest socket.io message in bytes; a WebRTC produce request is about 3 kB. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

export type Failure = { readonly code: ErrorCode; readonly message: string };
export type Reply<T> =
  { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: Failure };

const opaque = z.record(z.string(), z.unknown());

export const REQUESTS = {
  'server:info': z.object({}),
  'avatars:list': z.object({}),
  'session:list': z.object({}),
  'session:create': SessionRequest,
  /** Join the session's pushes (state, stats, level); answered with its snapshot. */
  'session:follow': z.object({ sessionId: SessionId }),
  'session:unfollow': z.object({ sessionId: SessionId }),
  'session:stop': z.object({ sessionId: SessionId }),
  /** Switches pose control on (`full`) or off (`basic`); told to all with `session:state`. */
  'motion:tier': z.object({ sessionId: SessionId, tier: Tier }),
  /**
   * Plays a script; answered with its number. `priority`: `hand` for what a person asks for now,
   * `text` and `trigger` give way to it. `when: 'after'` waits for what plays and waits already.
   * `avatar` is for one of several (the cast's numbers from 0). Needs the tier `full`.
   */
  'motion:play': MotionPlay.extend({ sessionId: SessionId }),
  /** Plays an emotion pack; answered with its script's number. Needs the tier `full`. */
  'motion:emotion': EmotionPlay.extend({ sessionId: SessionId }),
  /** Stops one script by its number, or all. */
  'motion:stop': z.object({ sessionId: SessionId, script: z.number().int().optional() }),
  /**
   * The tempo of dance steps, by hand: it overrides the music's until `motion:tempo` with null.
   * `motion:state` says what holds.
   */
  'motion:tap': MotionTap.extend({ sessionId: SessionId }),
  'motion:tempo': MotionTempo.extend({ sessionId: SessionId }),
  /**
   * Dances to the music while there is a beat, another step every 8 beats, below all other motion;
   * until switched off, or motion is stopped. Needs the tier `full`.
   */
  'motion:dance': MotionDance.extend({ sessionId: SessionId }),
  /**
   * Shows a scene, or null for the plain background; answered when it is on air. Scenes and their
   * files are made and listed over REST; `scenes:changed` tells when to look again.
   */
  'scene:show': SceneSwitch.extend({ sessionId: SessionId }),
  'scene:slide': z.object({ sessionId: SessionId, turn: SlideTurn }),
  /** Aims a hand at a region of the slide; answered with the script's number. Needs `full`. */
  'scene:point': ScenePoint.extend({ sessionId: SessionId }),
  /** Another prompt, strength or seed for avatars that are drawn from one; told with `session:state`. */
  'avatar:restyle': z.object({ sessionId: SessionId, change: DiffusionChange }),
  /** Plays a sentence, or with `dryRun` only tells what it would become and what it can't be. */
  'motion:say': SayRequest.extend({ sessionId: SessionId }),
  /** Services to push to, and the targets that are kept; keys never come out. */
  'targets:presets': z.object({}),
  'targets:list': z.object({}),
  /** Makes one, or with an id changes that one; an empty key leaves the one that is known. */
  'targets:save': z.object({ id: TargetId.optional(), target: TargetRequest }),
  'targets:delete': z.object({ id: TargetId }),
  /** Starts and stops pushing while the session lives; how it goes comes with `session:stats`. */
  'push:start': z.object({ sessionId: SessionId, target: TargetId }),
  'push:stop': z.object({ sessionId: SessionId, target: TargetId }),
  /** Where OBS and others connect, with their key; another key ends who came with the one before. */
  'ingest:door': z.object({ sessionId: SessionId }),
  'ingest:renew': z.object({ sessionId: SessionId }),
  /** Lets a voice be heard again that a newer one has replaced. */
  'input:voice': z.object({ sessionId: SessionId, from: InputOrigin }),
  'triggers:list': z.object({}),
  /** Makes or replaces the one of this id. */
  'triggers:save': Trigger,
  'triggers:arm': z.object({ id: TriggerId, armed: z.boolean() }),
  /** A built-in one becomes again what it was at first. */
  'triggers:delete': z.object({ id: TriggerId }),
  /** A line of chat or of captions; answered, like the next two, with the triggers that acted. */
  'chat:say': ChatMessage.extend({ sessionId: SessionId }),
  'motion:event': z.object({ sessionId: SessionId, name: EventName }),
  /** A key the panel heard, as in a trigger's source. */
  'motion:hotkey': z.object({ sessionId: SessionId, key: z.string().min(1).max(60) }),
  /**
   * Lets VMC's datagrams (UDP, POSECAST_VMC_PORT) drive this session instead of any other, or no
   * longer. `conflict` where the server has no VMC port. `motion:state` says whether somebody is seen.
   */
  'motion:vmc': z.object({ sessionId: SessionId, on: z.boolean() }),
  /** `motion:pose` from now on, or no longer; until the connection ends. */
  'motion:watch': z.object({ sessionId: SessionId, on: z.boolean() }),
  /** Records what comes into the session as a take, until `take:stop` or its end. */
  'take:start': z.object({ sessionId: SessionId }),
  'take:stop': z.object({ sessionId: SessionId }),
  'captions:status': z.object({ sessionId: SessionId }),
  /** `missing_dependency` where the recogniser is not installed, with what to install. */
  'captions:switch': CaptionsSwitch.extend({ sessionId: SessionId }),
  'rtc:capabilities': z.object({ sessionId: SessionId }),
  'rtc:transport': z.object({ sessionId: SessionId, direction: z.enum(['send', 'recv']) }),
  'rtc:connect': z.object({ transportId: TransportId, dtlsParameters: opaque }),
  /**
   * Sound in: the microphone, or music to dance to (mixed into the stream, never moves the lips). A
   * session has one of each: a second producer of a role replaces the first.
   */
  'rtc:produce': z.object({
    transportId: TransportId,
    kind: z.literal('audio'),
    role: AudioRole.default('voice'),
    rtpParameters: opaque,
  }),
  /** Ends a sound that came in over this transport. */
  'rtc:unproduce': z.object({ transportId: TransportId, producerId: ProducerId }),
  /**
   * Poses in, over an unordered data channel without retransmission: a late pose is worth nothing.
   * With mediasoup-client, on the transport of `rtc:transport {direction: 'send'}`:
   * `transport.on('producedata', ...)` sends this request, `transport.produceData({ ordered: false,
   * maxRetransmits: 0, label: 'pose' })` opens the channel, `dataProducer.send(encodePose(...))`
   * sends one packet (pose-packet.ts), up to 60 a second. Bad ones are counted as `badPoses` and
   * disturb nothing. A session has one pose channel: a second producer replaces the first. Nothing
   * needs to be said when the person leaves: without packets the avatar blends back to idle.
   */
  'rtc:produceData': z.object({
    transportId: TransportId,
    sctpStreamParameters: z.object({
      streamId: z.number().int().min(0).max(65_535),
      ordered: z.literal(false),
      maxRetransmits: z.literal(0),
    }),
    label: z.literal('pose'),
  }),
  /** Consumers start paused: resume them once the client has built its side. */
  'rtc:consume': z.object({
    transportId: TransportId,
    kind: z.enum(['audio', 'video']),
    rtpCapabilities: opaque,
    /**
     * `microphone`: the voice as it came in, undelayed, to measure against or to monitor. `music`:
     * what the avatar dances to, as late as its voice; a track that is silent without music.
     * `overlay`: the avatar without background, premultiplied colour over black in the upper half,
     * alpha as grey in the lower. `ingest`: the picture that a sender sends in; `not_found` until
     * there is one (`session:inputs` says when).
     */
    source: z.enum(['avatar', 'overlay', 'microphone', 'music', 'ingest']).default('avatar'),
  }),
  'rtc:resume': z.object({ consumerId: ConsumerId }),
  'rtc:close': z.object({ transportId: TransportId }),
} as const;

export type RequestName = keyof typeof REQUESTS;

export type TransportOptions = {
  readonly id: TransportId;
  readonly iceParameters: Record<string, unknown>;
  readonly iceCandidates: readonly Record<string, unknown>[];
  readonly dtlsParameters: Record<string, unknown>;
  /** Of `send` transports, which can carry a pose channel. */
  readonly sctpParameters?: Record<string, unknown>;
};

export type ConsumerOptions = {
  readonly id: ConsumerId;
  readonly producerId: ProducerId;
  readonly kind: 'audio' | 'video';
  readonly rtpParameters: Record<string, unknown>;
};

export type Responses = {
  'server:info': ServerInfo;
  'avatars:list': readonly AvatarSummary[];
  'session:list': readonly SessionSnapshot[];
  'session:create': SessionSnapshot;
  'session:follow': SessionSnapshot;
  'session:unfollow': null;
  'session:stop': null;
  'motion:tier': null;
  'motion:play': MotionPlayed;
  'motion:emotion': MotionPlayed;
  'motion:stop': null;
  'motion:tap': MotionTapped;
  'motion:tempo': null;
  'motion:dance': null;
  'motion:vmc': null;
  'motion:watch': null;
  'scene:show': SessionScene;
  'scene:slide': SessionScene;
  'scene:point': MotionPlayed;
  'avatar:restyle': null;
  'motion:say': SayAnswer;
  'targets:presets': readonly StreamPreset[];
  'targets:list': readonly Target[];
  'targets:save': Target;
  'targets:delete': null;
  'push:start': null;
  'push:stop': null;
  'ingest:door': IngestDoor;
  'ingest:renew': IngestDoor;
  'input:voice': null;
  'triggers:list': readonly TriggerSummary[];
  'triggers:save': TriggerSummary;
  'triggers:arm': TriggerSummary;
  'triggers:delete': null;
  'chat:say': TriggersFired;
  'motion:event': TriggersFired;
  'motion:hotkey': TriggersFired;
  'take:start': TakeEntry;
  'take:stop': TakeStopped;
  'captions:status': CaptionsStatus;
  'captions:switch': CaptionsStatus;
  'rtc:capabilities': Record<string, unknown>;
  'rtc:transport': TransportOptions;
  'rtc:connect': null;
  'rtc:produce': { readonly producerId: ProducerId };
  'rtc:unproduce': null;
  'rtc:produceData': { readonly dataProducerId: DataProducerId };
  'rtc:consume': ConsumerOptions;
  'rtc:resume': null;
  'rtc:close': null;
};

export type ClientToServerEvents = {
  [Name in RequestName]: (
    request: z.input<(typeof REQUESTS)[Name]>,
    reply: (answer: Reply<Responses[Name]>) => void,
  ) => void;
};

export type ServerToClientEvents = {
  'session:state': (snapshot: SessionSnapshot) => void;
  'session:stats': (stats: SessionStats) => void;
  /** To followers who may command: where the session is pushed to, and how that goes. */
  'session:pushes': (event: {
    readonly sessionId: SessionId;
    readonly pushes: readonly SessionPush[];
  }) => void;
  /** To followers who may command: what is being recorded. */
  'session:recordings': (event: {
    readonly sessionId: SessionId;
    readonly recordings: readonly RecordingState[];
  }) => void;
  /** To followers who may command, once a second: what comes in from outside. */
  'session:inputs': (event: {
    readonly sessionId: SessionId;
    readonly inputs: SessionInputs;
  }) => void;
  'session:level': (level: SessionLevel) => void;
  /** What plays now, how far it is, and whether a live source sees somebody: see MotionState. */
  'motion:state': (state: MotionState) => void;
  /** To who watches it (`motion:watch`): the first avatar's pose, about twelve times a second. */
  'motion:pose': (event: PoseShown) => void;
  'trigger:fired': (event: TriggerFired) => void;
  /** To who may command: scenes were made, changed or deleted. */
  'scenes:changed': () => void;
  /** A phrase that the recogniser heard. */
  'session:caption': (caption: Caption) => void;
  /** Captions were switched, or the recogniser came or went; without the captions themselves. */
  'captions:state': (status: CaptionsState) => void;
  /** The media server was replaced: close all transports of the session and build them anew. */
  'rtc:restarted': (event: { readonly sessionId: SessionId }) => void;
};

/** `auth` of the socket.io handshake; the token is needed where `server:info` says so. */
export const HandshakeAuth = z.object({ token: z.string().max(256).optional() });
