/**
 * `posecast live | render | replay | models | avatar | bench | doctor`. Machine-readable output goes to stdout alone, all
 * else to stderr; a failure is one sentence and exit code 1.
 */
import { Command, InvalidArgumentError } from 'commander';
import type { AvatarFlags } from './cli/avatar.ts';
import type { BatchFlags } from './cli/render-batch.ts';
import type { RenderFlags } from './cli/render.ts';
import type { ReplayFlags } from './cli/replay.ts';
import { readConfig } from './config.ts';
import { toAppError } from './core/errors.ts';

const program = new Command('posecast').description(
  'Livestream avatar server: speak and move, and go live as your avatar.',
);

program
  .command('live')
  .description('play sound files through an avatar, in real time, on the running server or alone')
  .option('--audio <file>', 'its voice: any sound or video file that ffmpeg reads')
  .option('--music <file>', 'music to go with it, over and over')
  .option('--dance', 'dance to the music')
  .option('--avatar <name>', 'avatar pack', 'mira')
  .option('--pose <file>', 'motion to play: BVH, OpenPose or MediaPipe JSON, zip, template')
  .option('--push <url...>', 'push to rtmp:// or rtmps:// addresses, key included; @name: one kept')
  .option('--record <file...>', 'record to .mp4, or the avatar alone to .mov (ProRes), .webm (VP9)')
  .option('--tracks', 'voice and music as tracks of their own in what is recorded')
  .option('--seconds <n>', 'stop after this long (default: at the end of the file)', positive)
  .option('--width <pixels>', 'picture width', whole, 512)
  .option('--height <pixels>', 'picture height', whole, 512)
  .option('--json', 'one JSON object per event on stdout')
  .action(async (options: LiveFlags) => {
    const { live } = await import('./cli/live.ts');
    const { json = false, dance = false } = options;
    await live(readConfig(), { ...options, json, dance });
  });

program
  .command('render')
  .description('make a video of an avatar speaking a sound file or a recorded take, offline')
  .argument('[source]', 'a recorded take (.ptake), or what --audio takes')
  .option('--audio <file>', 'any sound or video file that ffmpeg reads')
  .option('-o, --out <file>', '.mp4, or with transparency .mov (ProRes), .webm (VP9), .png')
  .option('--batch <file>', 'CSV or JSON: a row each with audio, out and any of these options')
  .option('--avatar <name>', "avatar pack (default: mira, or the take's own)")
  .option('--pose <file>', 'motion to play: BVH, OpenPose or MediaPipe JSON, zip, template')
  .option('--script <file>', 'what to do when: JSON, or subtitles (SRT, WebVTT) with [wave] marks')
  .option('--width <pixels>', 'picture width', whole, 1280)
  .option('--height <pixels>', 'picture height', whole, 720)
  .option('--fps <n>', 'frames a second', whole, 25)
  .option('--background <colour>', '#rrggbb, for .mp4', '#e4e0d6')
  .option('--scene <scene>', 'what is around the avatar: a preset of the panel, or a .json file')
  .option('--lut <file>', 'a .cube look-up table over the whole picture')
  .option('--overlays', "with transparency: the scene's overlays too, not the avatar alone")
  .option('--seed <n>', "another seed, other idle motion (default: 1, or the take's own)", whole)
  .option('--music <file>', 'music beneath the voice, over and over')
  .option('--dance', "dance to the music, or to a take's own")
  .option('--steps <n>', "for diffusion avatars: steps a frame (default: the pack's own)", whole)
  .option('--denoise', "take steady noise out of the sound (of a take: out of the voice's)")
  .option('--loudness <lufs>', 'bring the sound to this loudness, such as -16', number)
  .option('--json', 'one JSON object per event on stdout')
  .action(async (source: string | undefined, options: RenderFlags & Partial<BatchFlags>) => {
    if (options.batch !== undefined) {
      const { renderBatch } = await import('./cli/render-batch.ts');
      await renderBatch(readConfig(), { ...options, batch: options.batch });
      return;
    }
    const { renderCommandLine } = await import('./cli/render.ts');
    await renderCommandLine(readConfig(), { ...options, source });
  });

program
  .command('replay')
  .description('drive the live engine from a recorded take, on the running server or alone')
  .argument('<take>', 'a .ptake file')
  .option('--avatar <name>', "another avatar than the take's own")
  .option('--json', 'one JSON object per event on stdout')
  .action(async (take: string, options: Omit<ReplayFlags, 'take'>) => {
    const { replayCommandLine } = await import('./cli/replay.ts');
    await replayCommandLine(readConfig(), { ...options, take });
  });

program
  .command('models')
  .description('the models of this installation, and those that can be downloaded')
  .argument('<action>', 'list, verify, pull or remove')
  .argument('[names...]', 'downloadable models to pull or remove (default: all)')
  .option('--json', 'JSON on stdout')
  .action(
    async (action: string, names: readonly string[], options: { readonly json?: boolean }) => {
      const { models } = await import('./cli/models.ts');
      await models(readConfig(), { action, names, json: options.json ?? false });
    },
  );

program
  .command('avatar')
  .description('avatars of your own: out of a photo or footage, or a pack as a zip')
  .argument('<action>', 'list, photo, clip, import or remove')
  .argument('[subject]', 'a picture, a video, a zip, or the name of an avatar')
  .option('--name <name>', "the new avatar's name (default: the file's)")
  .option('--title <text>', 'what the panel calls it')
  .option('--framing <part>', 'portrait or whole', 'portrait')
  .option('--background <what>', 'kept or cut', 'kept')
  .option('--licence <text>', "the photo's licence")
  .option(
    '--lips <file>',
    'for footage: a Wav2Lip graph (.onnx), or a .json naming graphs beside it',
  )
  .option('--gesture <template=video...>', 'for footage: a film shown while a template plays')
  .option('--models <folder>', "ONNX conversions of MediaPipe's face and pose networks")
  .action(async (action: string, subject: string | undefined, flags: AvatarFlags) => {
    const { avatarCommand } = await import('./cli/avatar.ts');
    await avatarCommand(readConfig(), { action, subject, flags });
  });

program
  .command('bench')
  .description('measure speed and quality on this machine')
  .argument(
    '[what]',
    'live, lips, draw, motion, outputs, render or inference (default: live)',
    'live',
  )
  .option('--json', 'one JSON object on stdout')
  .option('--data <folder>', 'recordings to measure on')
  .option('--seconds <n>', 'length of each measured run', positive)
  .option('--pack <avatar>', 'for inference: an avatar by name, or the folder of a pack')
  .option('--device <device>', 'for inference: auto, cpu, cuda, tensorrt, webgpu, dml, coreml')
  .option('--threads <n>', 'for inference: cores that a network may take on the CPU', positive)
  .option('--sessions <n>', 'for inference: so many at once, sharing runs', positive)
  .option('--torch <python>', 'for inference: also time PyTorch, with this Python')
  .action(async (what: string, options: BenchFlags) => {
    const { bench } = await import('./cli/bench.ts');
    await bench(readConfig(), what, { ...options, json: options.json ?? false });
  });

program
  .command('doctor')
  .description('what is installed, what works, and what is missing')
  .option('--json', 'JSON on stdout')
  .action(async (options: { readonly json?: boolean }) => {
    const { doctor } = await import('./cli/doctor.ts');
    await doctor(readConfig(), options.json ?? false);
  });

type LiveFlags = {
  readonly audio?: string;
  readonly music?: string;
  readonly dance?: boolean;
  readonly avatar: string;
  readonly pose?: string;
  readonly seconds?: number;
  readonly width: number;
  readonly height: number;
  readonly json?: boolean;
};

type BenchFlags = {
  readonly json?: boolean;
  readonly data?: string;
  readonly seconds?: number;
  readonly pack?: string;
  readonly device?: string;
  readonly torch?: string;
};

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

try {
  await program.parseAsync();
} catch (error) {
  const { code, message } = toAppError(error);
  process.stderr.write(`posecast: ${message} (${code})\n`);
  process.exitCode = 1;
}
