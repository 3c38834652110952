/** REST for takes: record a session's inputs, list, download, upload, delete, replay. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { SessionId, TakeDetail, TakeEntry, TakeName, TakeStopped } from '../protocol/index.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';
import { saveBody, takeBodiesAsStreams } from './upload.ts';

const SessionPath = z.object({ id: SessionId });
const TakePath = z.object({ name: TakeName });
/** Twelve hours at the most a take may have, 100 kB/s. */
const MAX_TAKE_BYTES = 4 * 2 ** 30;

type House = Pick<HttpHouse, 'registry' | 'takes' | 'isAdmin' | 'dataDir'>;

export function takeRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    void instance.register(recording(house));
    void instance.register(files(house));
    void instance.register(uploads(house));
    done();
  };
}

function recording(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);
    const { takes, registry } = house;

    fastify.post(
      '/sessions/:id/take',
      { ...admin, schema: { params: SessionPath, response: { 201: TakeEntry } } },
      async ({ params }, reply) => {
        await reply.status(201).send(await takes.start(registry.get(params.id)));
      },
    );

    fastify.delete(
      '/sessions/:id/take',
      { ...admin, schema: { params: SessionPath, response: { 200: TakeStopped } } },
      ({ params }) => takes.stop(params.id),
    );

    // Starts and answers at once; the session goes on when the take has ended.
    fastify.post(
      '/sessions/:id/replay',
      {
        ...admin,
        schema: {
          params: SessionPath,
          body: z.object({ take: TakeName }),
          response: { 202: TakeDetail },
        },
      },
      async ({ params, body }, reply) => {
        await reply.status(202).send(await takes.replay(body.take, registry.get(params.id)));
      },
    );
    done();
  };
}

function files({ takes, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly({ isAdmin });

    fastify.get('/takes', { ...admin, schema: { response: { 200: z.array(TakeEntry) } } }, () =>
      takes.list(),
    );

    fastify.get(
      '/takes/:name',
      { ...admin, schema: { params: TakePath, response: { 200: TakeDetail } } },
      ({ params }) => takes.detail(params.name),
    );

    fastify.get(
      '/takes/:name/file',
      { ...admin, schema: { params: TakePath } },
      async ({ params: { name } }, reply) => {
        const { sizeBytes } = await takes.detail(name);
        return reply
          .type('application/octet-stream')
          .header('content-disposition', `attachment; filename="${name}.ptake"`)
          .send(createReadStream(takes.path(name), { end: sizeBytes - 1 }));
      },
    );

    fastify.delete(
      '/takes/:name',
      { ...admin, schema: { params: TakePath } },
      async (request, reply) => {
        await takes.delete(request.params.name);
        await reply.status(204).send();
      },
    );
    done();
  };
}

function uploads({ takes, isAdmin, dataDir }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    takeBodiesAsStreams(instance);
    instance.withTypeProvider<ZodTypeProvider>().post(
      '/takes/:name/file',
      {
        ...adminOnly({ isAdmin }),
        bodyLimit: MAX_TAKE_BYTES,
        schema: { security: [{ token: [] }], params: TakePath, response: { 201: TakeDetail } },
      },
      async ({ params, body }, reply) => {
        const path = await saveBody(body, join(dataDir, 'takes'), MAX_TAKE_BYTES);
        try {
          await reply.status(201).send(await takes.adopt(params.name, path));
        } finally {
          await rm(path, { force: true });
        }
      },
    );
    done();
  };
}
