/** REST for recordings: start, stop, list, watch (in ranges), download, delete. */
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync, FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  RecordingEntry,
  RecordingName,
  RecordingRequest,
  RecordingState,
  SessionId,
} from '../protocol/index.ts';
import { AppError } from '../core/errors.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

type House = Pick<HttpHouse, 'registry' | 'recordings' | 'isAdmin' | 'dataDir'>;

const SessionPath = z.object({ id: SessionId });
const RunningPath = z.object({ id: SessionId, name: RecordingName });
const FilePath = z.object({ name: RecordingName });

export function recordingRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    void instance.register(running(house));
    void instance.register(kept(house));
    void instance.register(files(house));
    done();
  };
}

function running({ registry, recordings, ...house }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);

    fastify.get(
      '/sessions/:id/recordings',
      { ...admin, schema: { params: SessionPath, response: { 200: z.array(RecordingState) } } },
      ({ params }) => registry.get(params.id).recordingStates,
    );
    fastify.post(
      '/sessions/:id/recordings',
      {
        ...admin,
        schema: { params: SessionPath, body: RecordingRequest, response: { 201: RecordingEntry } },
      },
      async ({ params, body }, reply) => {
        await reply.status(201).send(await recordings.start(registry.get(params.id), body));
      },
    );
    // Answers when the file is closed; its index may still be made.
    fastify.delete(
      '/sessions/:id/recordings/:name',
      { ...admin, schema: { params: RunningPath, response: { 200: RecordingEntry } } },
      ({ params }) => recordings.stop(params.id, params.name),
    );
    done();
  };
}

function kept({ recordings, ...house }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);

    fastify.get(
      '/recordings',
      { ...admin, schema: { response: { 200: z.array(RecordingEntry) } } },
      () => recordings.list(),
    );
    fastify.get(
      '/recordings/:name',
      { ...admin, schema: { params: FilePath, response: { 200: RecordingEntry } } },
      ({ params }) => recordings.entry(params.name),
    );
    // A path that plays and downloads this one file without the token, for twelve hours.
    fastify.post(
      '/recordings/:name/ticket',
      {
        ...admin,
        schema: { params: FilePath, response: { 201: z.object({ path: z.string() }) } },
      },
      async ({ params: { name } }, reply) => {
        const ticket = await recordings.ticket(name);
        const path = `/api/v1/recordings/${name}/file?ticket=${ticket}`;
        await reply.status(201).send({ path });
      },
    );
    fastify.delete(
      '/recordings/:name',
      { ...admin, schema: { params: FilePath } },
      async ({ params }, reply) => {
        await recordings.delete(params.name);
        await reply.status(204).send();
      },
    );
    done();
  };
}

/** Whole or in ranges (RFC 9110, 14): players jump about in files of any size. */
function files({ recordings, isAdmin }: House): FastifyPluginAsync {
  return async (instance) => {
    await instance.register(fastifyStatic, {
      root: recordings.folder,
      serve: false,
      dotfiles: 'deny',
      cacheControl: false,
    });
    instance.withTypeProvider<ZodTypeProvider>().get(
      '/recordings/:name/file',
      {
        schema: {
          security: [{ token: [] }],
          params: FilePath,
          querystring: z.object({
            ticket: z.string().max(64).optional(),
            download: z.stringbool().default(false),
          }),
        },
      },
      async (request, reply) => {
        const { name } = request.params;
        const { ticket, download } = request.query;
        const token = request.headers.authorization?.replace(/^Bearer /, '');
        if (!recordings.opens(ticket, name) && !isAdmin(token)) {
          throw new AppError('unauthorized', 'Send the admin token, or ask for a ticket');
        }
        await recordings.entry(name);
        const way = download ? 'attachment' : 'inline';
        void reply.header('content-disposition', `${way}; filename="${name}"`);
        return reply.sendFile(name);
      },
    );
  };
}
