/** REST for downloadable models, and the files themselves for the panel at /models/:name. */
import { createReadStream } from 'node:fs';
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ModelStore } from '../models/model-store.ts';
import { ModelName, ModelStatus, ModelVerified } from '../protocol/index.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

const ModelPath = z.object({ name: ModelName });

export function modelRoutes(house: HttpHouse): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);
    const { models } = house;

    fastify.get('/models', { schema: { response: { 200: z.array(ModelStatus) } } }, () =>
      models.list(),
    );

    // Starts fetching and answers at once; the list tells how far it is.
    fastify.post(
      '/models/:name/pull',
      { ...admin, schema: { params: ModelPath, response: { 202: ModelStatus } } },
      async (request, reply) => {
        const { name } = request.params;
        // A failure is told by the status.
        models.pull(name).catch(() => undefined);
        await reply.status(202).send(await models.status(name));
      },
    );

    fastify.post(
      '/models/:name/cancel',
      { ...admin, schema: { params: ModelPath, response: { 200: ModelStatus } } },
      async ({ params: { name } }) => {
        await models.cancel(name);
        return models.status(name);
      },
    );

    fastify.post(
      '/models/:name/verify',
      { ...admin, schema: { params: ModelPath, response: { 200: ModelVerified } } },
      async ({ params: { name } }) => ({ problem: (await models.verify(name)) ?? '' }),
    );

    fastify.delete(
      '/models/:name',
      { ...admin, schema: { params: ModelPath } },
      async (request, reply) => {
        await models.remove(request.params.name);
        await reply.status(204).send();
      },
    );
    done();
  };
}

export function modelFiles(models: ModelStore): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    fastify.get(
      '/models/:name',
      { schema: { hide: true, params: ModelPath } },
      async (request, reply) => {
        const path = await models.file(request.params.name);
        const { sizeBytes } = await models.status(request.params.name);
        return reply
          .type('application/octet-stream')
          .header('cache-control', 'no-cache')
          .header('content-length', sizeBytes)
          .send(createReadStream(path));
      },
    );
    done();
  };
}
