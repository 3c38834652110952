// Lint: typescript-eslint's strict type-checked rules, the walls between the rooms, and one door for
// each third party. A rule that is switched off or bent says why.

import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Third parties that only one module may import, so that each can be replaced or faked in one place. */
const DOORS = [
  {
    package: 'onnxruntime-node',
    // The doctor asks from a process of its own, since a broken driver can end the one that asks.
    files: [
      'server/inference/onnx.ts',
      'server/inference/tensors.ts',
      'server/inference/half-tensors.ts',
      'server/doctor/onnx-probe.ts',
    ],
    why: 'its run() blocks the thread and its sessions must be released: ask inference/onnx.ts',
  },
  {
    package: 'mediasoup',
    files: ['server/rtc/mediasoup.ts'],
    typesIn: ['server/rtc/**'],
    why: 'workers and routers have one owner: ask rtc/mediasoup.ts (types are free inside server/rtc)',
  },
  {
    package: 'fluent-ffmpeg',
    files: ['server/outputs/ffmpeg.ts'],
    why: 'every ffmpeg is spawned, supervised and ended in outputs/ffmpeg.ts',
  },
  {
    package: 'node-media-server',
    files: ['server/outputs/rtmp-server-child.ts'],
    // Runs in the same child, over the library's own objects.
    typesIn: ['server/outputs/rtmp-gate.ts'],
    why: 'it exits the process and cannot apply back-pressure, so it lives in a child of its own',
  },
  {
    package: '@napi-rs/canvas',
    files: [
      'server/render/rig/**',
      'server/scenes/text-bitmap.ts',
      'server/avatars/moving-sheet.ts',
    ],
    why: 'only the drawn host, letters and WebP need a canvas; all others exchange RGBA frames',
  },
  {
    package: '1eurofilter',
    files: ['server/motion/smoothing.ts'],
    why: 'one place knows its parameters and states its lag: ask motion/smoothing.ts',
  },
  {
    package: 'osc-min',
    files: ['server/motion/vmc-reader.ts'],
    why: 'what comes by UDP is bounds-checked in motion/vmc-reader.ts',
  },
  {
    package: '@huggingface/tokenizers',
    files: ['server/render/diffusion/prompt-encoder.ts'],
    why: 'prompts become tokens in render/diffusion/prompt-encoder.ts',
  },
  {
    package: 'opus-decoder',
    files: ['server/speech/opus.ts'],
    why: 'its WASM memory is owned and freed in speech/opus.ts',
  },
];

/**
 * no-restricted-imports for files that may use the doors named; later blocks replace the options of
 * earlier ones, so each block states the whole list.
 * @param {{ open?: readonly string[], types?: readonly string[] }} allowed package names
 */
function doors({ open = [], types = [] } = {}) {
  const paths = DOORS.filter((door) => !open.includes(door.package)).map((door) => ({
    name: door.package,
    message: door.why,
    allowTypeImports: types.includes(door.package),
  }));
  const patterns = paths.map(({ name, message, allowTypeImports }) => ({
    group: [`${name}/*`],
    message,
    allowTypeImports,
  }));
  return { '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }] };
}

const doorBlocks = DOORS.flatMap((door) => [
  ...(door.typesIn ? [{ files: door.typesIn, rules: doors({ types: [door.package] }) }] : []),
  { files: door.files, rules: doors({ open: [door.package] }) },
]);

/** Walls between folders: `target` may not import from `from`, save for `except`. */
const WALLS = [
  {
    target: './web',
    from: './server',
    // Pure functions on poses and templates that both sides need; they import only the protocol.
    except: ['./protocol', './motion/convert', './motion/template', './render/skeleton'],
    message: 'the panel runs in a browser: it shares with the server what is in server/protocol',
  },
  {
    target: './server/protocol',
    from: './server',
    except: ['./protocol'],
    message: 'server/protocol is read by the browser too: it stands on its own',
  },
  {
    target: ['./server/motion/convert', './server/motion/template', './server/render/skeleton'],
    from: './server',
    except: ['./protocol', './motion/convert', './motion/template', './render/skeleton'],
    message: 'the panel loads these files too: they know nothing but the protocol',
  },
  {
    target: './server',
    from: './web',
    message: 'the server runs without the panel',
  },
  {
    target: './server',
    from: './test',
    message: 'the product does not depend on its tests',
  },
];

const noEnvironment = [
  'error',
  {
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'settings are read once, checked and named in server/config.ts',
  },
  {
    selector: 'ImportDeclaration[source.value="node:process"] ImportSpecifier[imported.name="env"]',
    message: 'settings are read once, checked and named in server/config.ts',
  },
];

/** Defects that the presets don't look for, and presets' rules that are bent. */
const typedRules = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
  ],
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
  ],
  // node:test hands its promises to the runner.
  '@typescript-eslint/no-floating-promises': [
    'error',
    {
      allowForKnownSafeCalls: [
        {
          from: 'package',
          package: 'node:test',
          name: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
        },
      ],
    },
  ],
  // Numbers and booleans read well in a message.
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allowBoolean: true },
  ],
  // Off: types narrow a field for good, but `await` lets another turn of the event loop change it
  // (`if (this.#closed)` after an await), and what browsers and clients send may differ from types.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // Off: it refuses `Promise.withResolvers<void>()` and `new Promise<void>`.
  '@typescript-eslint/no-invalid-void-type': 'off',
  // `() => socket.close()` as a listener and `return resolve()` in a void function are fine.
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  // Off: a typed-array index whose loop bound proves it is written with `!` (noUncheckedIndexedAccess).
  '@typescript-eslint/no-non-null-assertion': 'off',
  // Off: `async` without `await` turns a throw into a rejection, which many interfaces want.
  '@typescript-eslint/require-await': 'off',
  // Off: a type parameter that is used once still names what a caller must say.
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
};

const plainRules = {
  eqeqeq: ['error', 'smart'],
  'no-console': 'error',
  'max-lines-per-function': ['warn', { max: 60, skipBlankLines: true, skipComments: true }],
  'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-params': ['warn', 5],
};

export default defineConfig(
  globalIgnores([
    'node_modules/',
    'data/',
    'web/out/',
    'web/.next/',
    'web/public/',
    'web/next-env.d.ts',
    'models/training/**/work/',
    '.posecast/',
    // AssemblyScript: its own compiler checks it.
    'server/render/raster/wasm/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { rules: plainRules },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: typedRules,
  },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx'] })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: WALLS }],
    },
  },
  // Doors, the environment and standard output are the server's affair.
  { files: ['server/**/*.ts'], rules: { ...doors(), 'no-restricted-syntax': noEnvironment } },
  ...doorBlocks,
  {
    // Third parties: zod alone, since both the server and the browser load these files.
    files: ['server/protocol/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\.|zod$)',
              message: 'server/protocol imports only zod, so that a browser can load it',
            },
          ],
        },
      ],
    },
  },
  { files: ['server/config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    // The panel's bundle gets its settings at build time only.
    files: ['web/**/*.{ts,tsx}'],
    // A component is markup and event handlers in one function; 60 lines would split it by length.
    rules: {
      'max-lines-per-function': ['warn', { max: 120, skipBlankLines: true, skipComments: true }],
      // `onClick={async () => ...}` is how React handlers are written; React drops what they return.
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } },
      ],
    },
  },
  {
    // A suite is one function around many short ones.
    files: ['test/**/*.{ts,mjs}'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Scripts that run before there are packages, outside any tsconfig.
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'Buffer',
          'URL',
          'fetch',
          'AbortController',
          'setTimeout',
          'clearTimeout',
          'performance',
          'console',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
