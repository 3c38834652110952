/** REST twins of the `motion:*` requests: what an avatar does, from a script, a bot or a key. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { MotionPlay, MotionPlayed, SessionId, SessionSnapshot, Tier } from '../protocol/index.ts';
import { requireAdmin } from './admin.ts';
import type { HttpHouse } from './house.ts';

const SessionPath = z.object({ id: SessionId });
const StopQuery = z.object({ script: z.coerce.number().int().optional() });

export function motionRoutes(
  house: Pick<HttpHouse, 'registry' | 'isAdmin'>,
): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = { onRequest: requireAdmin(house), security: [{ token: [] }] };

    fastify.post(
      '/sessions/:id/motion',
      {
        ...admin,
        schema: { params: SessionPath, body: MotionPlay, response: { 201: MotionPlayed } },
      },
      async ({ params, body: { script, priority, when, avatar } }, reply) => {
        const session = house.registry.get(params.id);
        const number = await session.play(script, priority, { when, avatar });
        await reply.status(201).send({ script: number });
      },
    );

    fastify.delete(
      '/sessions/:id/motion',
      { ...admin, schema: { params: SessionPath, querystring: StopQuery } },
      async ({ params, query }, reply) => {
        house.registry.get(params.id).stopMotion(query.script);
        await reply.status(204).send();
      },
    );

    fastify.put(
      '/sessions/:id/tier',
      {
        ...admin,
        schema: {
          params: SessionPath,
          body: z.object({ tier: Tier }),
          response: { 200: SessionSnapshot },
        },
      },
      ({ params, body }) => {
        const session = house.registry.get(params.id);
        session.setTier(body.tier);
        return session.snapshot;
      },
    );
    done();
  };
}
