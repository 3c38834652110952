/** What the HTTP routes need of the house; the app provides it. */
import type { Captions } from '../captions/captions.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { MovingPictures } from '../avatars/moving-pictures.ts';
import type { AvatarLibrary } from '../inference/avatar-library.ts';
import type { ModelStore } from '../models/model-store.ts';
import type { TemplateLibrary } from '../motion/template-library.ts';
import type { TextMotion } from '../motion/text/text-motion.ts';
import type { SessionTriggers } from '../motion/trigger/session-triggers.ts';
import type { TriggerLibrary } from '../motion/trigger/trigger-library.ts';
import type { RecordingLibrary } from '../outputs/recording/recording-library.ts';
import type { SlateLibrary } from '../outputs/slate/slate-library.ts';
import type { AssetShelf } from '../scenes/asset-shelf.ts';
import type { SceneLibrary } from '../scenes/scene-library.ts';
import type { VideoSources } from '../scenes/video-feed.ts';
import type { ServerInfo, StreamPreset } from '../protocol/index.ts';
import type { SessionRegistry } from '../session/registry.ts';
import type { SystemUsage } from '../session/stats.ts';
import type { TargetLibrary } from '../targets/target-library.ts';
import type { JobQueue } from '../studio/job-queue.ts';
import type { SoundShelf } from '../studio/sound-shelf.ts';
import type { TakeLibrary } from '../studio/take/take-library.ts';
import type { LogRing } from '../core/log-ring.ts';

export type HttpHouse = {
  readonly registry: SessionRegistry;
  readonly info: () => ServerInfo;
  readonly avatars: AvatarLibrary;
  readonly moving: MovingPictures;
  /** What ffmpeg is called. */
  readonly ffmpeg: string;
  readonly models: ModelStore;
  readonly templates: TemplateLibrary;
  readonly triggers: TriggerLibrary;
  readonly sessionTriggers: SessionTriggers;
  readonly textMotion: TextMotion;
  readonly targets: TargetLibrary;
  readonly presets: readonly StreamPreset[];
  readonly captions: Captions;
  readonly ingest: Ingest;
  readonly takes: TakeLibrary;
  readonly recordings: RecordingLibrary;
  readonly scenes: SceneLibrary;
  readonly assets: AssetShelf;
  /** Live video that scenes can show. */
  readonly sources: VideoSources;
  readonly slates: SlateLibrary;
  readonly jobs: JobQueue;
  readonly sounds: SoundShelf;
  readonly dataDir: string;
  readonly isAdmin: (token: string | undefined) => boolean;
  readonly isReady: () => boolean;
  readonly usage: () => SystemUsage;
  readonly logs: LogRing;
};
