/** `/healthz`, `/readyz` and `/metrics` (Prometheus text format). */
import type { FastifyPluginCallback } from 'fastify';
import type { HttpHouse } from './house.ts';
import { metricsText } from './metrics.ts';

export function healthRoutes(house: HttpHouse): FastifyPluginCallback {
  return (fastify, _options, done) => {
    fastify.get('/healthz', { schema: { hide: true } }, () => ({ ok: true }));
    fastify.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
      const ready = house.isReady();
      await reply.status(ready ? 200 : 503).send({ ready });
    });
    fastify.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
      await reply.type('text/plain; version=0.0.4').send(metricsText(house));
    });
    done();
  };
}
