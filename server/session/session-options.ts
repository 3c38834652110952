/** What a live session is opened with, and what it tells. */
import type { Logger } from '../core/log.ts';
import type { CompiledTemplate } from '../motion/template/compiled-template.ts';
import type {
  MotionState,
  PoseShown,
  RecordingState,
  SessionId,
  SessionLevel,
  SessionPush,
  SessionRequest,
  SessionSnapshot,
  SessionStats,
  SlateName,
  TemplateId,
  TemplateSummary,
} from '../protocol/index.ts';
import type { SceneHouse } from '../scenes/session-scenes.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import type { SystemUsage } from './stats.ts';
import type { Recorded } from './wires.ts';

export type SessionEvents = {
  readonly onState: (snapshot: SessionSnapshot) => void;
  readonly onStats: (stats: SessionStats) => void;
  /** Once a second; not for everybody: it names where the stream goes. */
  readonly onPushes: (event: { sessionId: SessionId; pushes: readonly SessionPush[] }) => void;
  /** Once a second, to those who may command. */
  readonly onRecordings: (event: {
    sessionId: SessionId;
    recordings: readonly RecordingState[];
  }) => void;
  readonly onRecorded: (recording: Recorded) => void;
  readonly onLevel: (level: SessionLevel) => void;
  readonly onMotion: (state: MotionState) => void;
  /** About twelve times a second while somebody watches the pose: see `watchPose`. */
  readonly onPose: (event: PoseShown) => void;
  /** The media server was replaced: peers must build their transports anew. */
  readonly onRebuilt: (id: SessionId) => void;
  /** Nobody has driven or held the session for the grace time. */
  readonly onAbandoned: (id: SessionId) => void;
};

export type SessionOptions = Omit<
  PipelineOptions,
  'events' | 'width' | 'height' | 'fps' | 'background' | 'tier' | 'slate'
> & {
  readonly request: SessionRequest;
  readonly graceMs: number;
  readonly rtmp: { playUrl(key: string): string; isLive(key: string): boolean };
  readonly usage: () => SystemUsage;
  readonly sessionEvents: SessionEvents;
  /** Where an uploaded slate lies. Throws `not_found`. */
  readonly slatePath: (name: SlateName) => Promise<string>;
  /** Motion templates that are dance steps. */
  readonly danceSteps: () => readonly TemplateSummary[];
  /** Motion templates, ready to play. Throws `template_not_found`. */
  readonly compiled: (id: TemplateId) => Promise<CompiledTemplate>;
  readonly scenes: SceneHouse;
  readonly log: Logger;
};
