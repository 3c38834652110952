// Gets everything that Posecast needs, then does what was asked. Plain JavaScript without packages,
// since it runs before there are any; a second run finds all in place.
//
//   node setup.mjs            set up only
//   node setup.mjs start      set up, then run the server         (npm start)
//   node setup.mjs test ...   set up, then run the tests          (npm test -- ...)
//   node setup.mjs check      types, lint and format              (npm run check)
//   node setup.mjs cli ...    set up, then run a command          (npx posecast ...)
//
// Settings: POSECAST_CACHE (folder for what outlives a checkout), POSECAST_CUDA=1 (also download
// the CUDA libraries), MEDIASOUP_WORKER_BIN, POSECAST_FFMPEG, POSECAST_CHROMIUM (use these instead).

const OLDEST = { major: 20, minor: 11 };

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
  const oldest = `${OLDEST.major}.${OLDEST.minor}`;
  process.stderr.write(`posecast: Node.js ${oldest} or newer, please (here: ${process.version})\n`);
  process.exit(1);
}

// Not imported at the top: an older Node.js would stop at their syntax before the line above.
const { main } = await import('./setup/main.mjs');
const { exitWith } = await import('./setup/shell.mjs');

await exitWith(main(process.argv[2], process.argv.slice(3)));
