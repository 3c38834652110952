/** REST under /api/v1, each route with its zod schema; OpenAPI is made from them. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  AudioRole,
  DiffusionChange,
  ServerInfo,
  SessionId,
  SessionRequest,
  SessionSnapshot,
  SessionStats,
} from '../protocol/index.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

const SessionPath = z.object({ id: SessionId });

/** Where a program on this machine sends a voice or music as Opus RTP (48 kHz, 20 ms). */
const LoopbackInput = z.object({
  host: z.string(),
  port: z.number(),
  rtcpPort: z.number(),
  payloadType: z.number(),
  ssrc: z.number(),
});

export function apiRoutes(house: HttpHouse): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);

    fastify.get('/openapi.json', { schema: { hide: true } }, () => instance.swagger());

    fastify.get('/info', { schema: { response: { 200: ServerInfo } } }, () => house.info());

    fastify.get(
      '/sessions',
      { ...admin, schema: { response: { 200: z.array(SessionSnapshot) } } },
      () => house.registry.snapshots,
    );

    fastify.post(
      '/sessions',
      { ...admin, schema: { body: SessionRequest, response: { 201: SessionSnapshot } } },
      async (request, reply) => {
        const session = await house.registry.create(request.body);
        await reply.status(201).send(session.snapshot);
      },
    );

    fastify.get(
      '/sessions/:id',
      { schema: { params: SessionPath, response: { 200: SessionSnapshot } } },
      (request) => house.registry.get(request.params.id).snapshot,
    );

    fastify.get(
      '/sessions/:id/stats',
      { schema: { params: SessionPath, response: { 200: SessionStats } } },
      (request) => house.registry.get(request.params.id).statistics,
    );

    fastify.patch(
      '/sessions/:id/style',
      {
        ...admin,
        schema: {
          params: SessionPath,
          body: DiffusionChange,
          response: { 200: SessionSnapshot },
        },
      },
      ({ params, body }) => {
        const session = house.registry.get(params.id);
        session.restyle(body);
        return session.snapshot;
      },
    );

    fastify.delete(
      '/sessions/:id',
      { ...admin, schema: { params: SessionPath } },
      async (request, reply) => {
        await house.registry.stop(request.params.id);
        await reply.status(204).send();
      },
    );
    void instance.register(loopbackInput(house));
    done();
  };
}

/** Programs on this machine that send sound themselves, such as `posecast live`. */
function loopbackInput(house: HttpHouse): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);

    fastify.post(
      '/sessions/:id/loopback-input',
      {
        ...admin,
        schema: {
          params: SessionPath,
          querystring: z.object({ role: AudioRole.default('voice') }),
          response: { 201: LoopbackInput },
        },
      },
      async ({ params, query }, reply) => {
        const { room } = house.registry.get(params.id).pipeline;
        await reply.status(201).send(await room.openLoopbackInput(query.role));
      },
    );
    done();
  };
}
