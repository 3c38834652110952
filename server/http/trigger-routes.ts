/** REST for triggers, and the doors by which chat bots, keys and sentences move a session. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { SessionId } from '../protocol/ids.ts';
import { SayAnswer, SayRequest } from '../protocol/say.ts';
import {
  ChatMessage,
  EventName,
  Trigger,
  TriggerId,
  TriggersFired,
  TriggerSummary,
} from '../protocol/trigger.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

type House = Pick<
  HttpHouse,
  'registry' | 'triggers' | 'sessionTriggers' | 'textMotion' | 'isAdmin'
>;

const TriggerPath = z.object({ id: TriggerId });
const SessionPath = z.object({ id: SessionId });

export function triggerRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    void instance.register(keeping(house));
    void instance.register(moving(house));
    done();
  };
}

function keeping(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { triggers } = house;
    const admin = adminOnly(house);

    fastify.get(
      '/triggers',
      { ...admin, schema: { response: { 200: z.array(TriggerSummary) } } },
      () => triggers.list(),
    );

    fastify.put(
      '/triggers/:id',
      {
        ...admin,
        schema: { params: TriggerPath, body: Trigger, response: { 200: TriggerSummary } },
      },
      ({ params, body }) => {
        if (params.id === body.id) return triggers.save(body);
        throw new AppError('bad_request', `The path names '${params.id}', the body '${body.id}'`);
      },
    );

    fastify.patch(
      '/triggers/:id',
      {
        ...admin,
        schema: {
          params: TriggerPath,
          body: z.object({ armed: z.boolean() }),
          response: { 200: TriggerSummary },
        },
      },
      ({ params, body }) => triggers.arm(params.id, body.armed),
    );

    fastify.delete(
      '/triggers/:id',
      { ...admin, schema: { params: TriggerPath } },
      async ({ params }, reply) => {
        await triggers.delete(params.id);
        await reply.status(204).send();
      },
    );
    done();
  };
}

function moving(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { registry, sessionTriggers, textMotion } = house;
    const admin = adminOnly(house);
    const answer = { 200: TriggersFired };

    fastify.post(
      '/sessions/:id/chat',
      { ...admin, schema: { params: SessionPath, body: ChatMessage, response: answer } },
      ({ params, body }) => ({ fired: sessionTriggers.chat(registry.get(params.id).id, body) }),
    );

    fastify.post(
      '/sessions/:id/events',
      {
        ...admin,
        schema: { params: SessionPath, body: z.object({ name: EventName }), response: answer },
      },
      ({ params, body }) => ({
        fired: sessionTriggers.event(registry.get(params.id).id, body.name),
      }),
    );

    fastify.post(
      '/sessions/:id/say',
      { ...admin, schema: { params: SessionPath, body: SayRequest, response: { 200: SayAnswer } } },
      ({ params, body }) => textMotion.say(registry.get(params.id), body),
    );
    done();
  };
}
