/**
 * The panel's static export. Pages with an id in their path (`/watch/:session`) are one file each,
 * which reads the id from the address.
 */
import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';

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
    await fastify.register(fastifyStatic, {
      root: webDir,
      extensions: ['html'],
      cacheControl: false,
      setHeaders: (response, path) => {
        // Next names its chunks by content; pages must always be fresh.
        const lasting = path.includes('/_next/static/');
        void response.header(
          'cache-control',
          lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
    // Next puts a folder beside measure.html, which hides the file from the extension's search.
    fastify.get('/measure', { schema: { hide: true } }, (_request, reply) =>
      reply.sendFile('measure.html'),
    );
    fastify.get('/watch/:session', { schema: { hide: true } }, (_request, reply) =>
      reply.sendFile('watch.html'),
    );
  };
}
