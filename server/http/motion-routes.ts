/** REST twins of the `motion:*` requests: what an avatar does, from a script, a bot or a key. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toAppError } from '../core/errors.ts';
import { playEmotion } from '../motion/emotion/packs.ts';
import {
  EmotionPlay,
  MotionBatch,
  MotionBatchPlayed,
  MotionDance,
  MotionPlay,
  MotionPlayed,
  MotionTap,
  MotionTapped,
  MotionTempo,
  SessionId,
  SessionSnapshot,
  Tier,
} from '../protocol/index.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

const SessionPath = z.object({ id: SessionId });
const StopQuery = z.object({ script: z.coerce.number().int().optional() });

type House = Pick<HttpHouse, 'registry' | 'templates' | 'isAdmin'>;

export function motionRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    void instance.register(playing(house));
    void instance.register(dancing(house));
    void instance.register(manyAtOnce(house));
    done();
  };
}

function playing(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);

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

    fastify.post(
      '/sessions/:id/emotion',
      {
        ...admin,
        schema: { params: SessionPath, body: EmotionPlay, response: { 201: MotionPlayed } },
      },
      async ({ params, body }, reply) => {
        const session = house.registry.get(params.id);
        const script = await playEmotion(session, body, house.templates.list());
        await reply.status(201).send({ script });
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

/** The beat by hand, and dancing to it. */
function dancing(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);

    fastify.post(
      '/sessions/:id/taps',
      {
        ...admin,
        schema: { params: SessionPath, body: MotionTap, response: { 200: MotionTapped } },
      },
      ({ params, body }) => house.registry.get(params.id).tap(body.atMs),
    );

    fastify.put(
      '/sessions/:id/tempo',
      { ...admin, schema: { params: SessionPath, body: MotionTempo } },
      async ({ params, body }, reply) => {
        house.registry.get(params.id).setBpm(body.bpm);
        await reply.status(204).send();
      },
    );

    fastify.put(
      '/sessions/:id/dance',
      { ...admin, schema: { params: SessionPath, body: MotionDance } },
      async ({ params, body }, reply) => {
        house.registry.get(params.id).dance(body.on);
        await reply.status(204).send();
      },
    );
    done();
  };
}

/** One script for avatars of several sessions; one that can't play it doesn't keep the others. */
function manyAtOnce(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    instance.withTypeProvider<ZodTypeProvider>().post(
      '/motion',
      {
        ...adminOnly(house),
        schema: {
          security: [{ token: [] }],
          body: MotionBatch,
          response: { 201: MotionBatchPlayed },
        },
      },
      async ({ body: { script, priority, when, targets } }, reply) => {
        const played = targets.map(async ({ session, avatar }) => {
          try {
            const { registry } = house;
            return { script: await registry.get(session).play(script, priority, { when, avatar }) };
          } catch (error) {
            const { code, message } = toAppError(error);
            return { error: { code, message } };
          }
        });
        await reply.status(201).send(await Promise.all(played));
      },
    );
    done();
  };
}
