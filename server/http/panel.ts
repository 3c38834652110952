/**
 * The panel's static export. Pages with an id in their path (`/watch/:session`) are one file each,
 * which reads the id from the address.
 */
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import { pagePolicy, VISION_POLICY } from './content-policy.ts';

const PAGES = [
  'avatars',
  'deck',
  'logs',
  'measure',
  'models',
  'motions',
  'recordings',
  'scenes',
  'settings',
  'studio',
  'targets',
  'triggers',
];

export function panelRoutes(webDir: string): FastifyPluginAsync {
  return async (fastify) => {
    if (!existsSync(webDir)) {
      fastify.get('/', { schema: { hide: true } }, async (_request, reply) => {
        await reply
          .status(503)
          .type('text/plain')
          .send('The panel is not built; run `node setup.mjs`.\n');
      });
      return;
    }
    const policies = await readPolicies(webDir);
    await fastify.register(fastifyStatic, {
      root: webDir,
      extensions: ['html'],
      cacheControl: false,
      // Set-up has compressed what lies in _next/static.
      preCompressed: true,
      setHeaders: (response, path) => {
        // Next names its chunks by content; pages must always be fresh.
        const lasting = path.includes('/_next/static/');
        const cache = lasting ? 'public, max-age=31536000, immutable' : 'no-cache';
        void response.header('cache-control', cache);
        const policy = policies.get(path);
        if (policy) void response.header('content-security-policy', policy);
      },
    });
    // Next puts a folder beside each page's file, which hides the file from the extension's search.
    for (const page of PAGES) {
      fastify.get(`/${page}`, { schema: { hide: true } }, (_request, reply) =>
        reply.sendFile(`${page}.html`),
      );
    }
    for (const page of ['watch', 'overlay']) {
      fastify.get(`/${page}/:session`, { schema: { hide: true } }, (_request, reply) =>
        reply.sendFile(`${page}.html`),
      );
    }
  };
}

/** Each page's policy by its file's path, and that of the one worker that needs its own. */
async function readPolicies(webDir: string): Promise<Map<string, string>> {
  const policies = new Map([[join(webDir, 'vision-worker.js'), VISION_POLICY]]);
  for await (const name of glob('**/*.html', { cwd: webDir })) {
    const path = join(webDir, name);
    policies.set(path, pagePolicy(await readFile(path, 'utf8')));
  }
  return policies;
}
