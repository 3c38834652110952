import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const repositoryRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** `next build web` leaves plain files in web/out; the Posecast server serves them. */
const config: NextConfig = {
  output: 'export',
  reactStrictMode: true,
  // The protocol is imported from ../server/protocol, outside this folder.
  turbopack: {
    root: repositoryRoot,
    // mediasoup-client brings its tests and React Native along, 5 kB of what the studio loads first.
    resolveAlias: {
      './handlers/FakeHandler': './lib/nothing.ts',
      './handlers/ReactNative106': './lib/nothing.ts',
      './test/fakeParameters': './lib/nothing.ts',
    },
  },
  outputFileTracingRoot: repositoryRoot,
  experimental: { optimizePackageImports: ['lucide-react'] },
};

export default config;
