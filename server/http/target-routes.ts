/** REST for push targets, and for starting and stopping pushes of a live session. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { SessionId } from '../protocol/ids.ts';
import {
  PushOnce,
  SessionPush,
  StreamPreset,
  Target,
  TargetId,
  TargetRequest,
} from '../protocol/target.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

type House = Pick<HttpHouse, 'registry' | 'targets' | 'presets' | 'isAdmin'>;

const TargetPath = z.object({ id: TargetId });
const SessionPath = z.object({ id: SessionId });
const PushPath = z.object({ id: SessionId, target: TargetId });

export function targetRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    void instance.register(keeping(house));
    void instance.register(pushing(house));
    done();
  };
}

function keeping(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { targets } = house;
    const admin = adminOnly(house);

    fastify.get(
      '/targets/presets',
      { schema: { response: { 200: z.array(StreamPreset) } } },
      () => [...house.presets],
    );
    fastify.get('/targets', { ...admin, schema: { response: { 200: z.array(Target) } } }, () =>
      targets.list(),
    );
    fastify.post(
      '/targets',
      { ...admin, schema: { body: TargetRequest, response: { 201: Target } } },
      async ({ body }, reply) => {
        await reply.status(201).send(await targets.save(body));
      },
    );
    fastify.put(
      '/targets/:id',
      { ...admin, schema: { params: TargetPath, body: TargetRequest, response: { 200: Target } } },
      ({ params, body }) => targets.save(body, params.id),
    );
    fastify.delete(
      '/targets/:id',
      { ...admin, schema: { params: TargetPath } },
      async ({ params }, reply) => {
        await targets.delete(params.id);
        await reply.status(204).send();
      },
    );
    done();
  };
}

function pushing(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { registry, targets } = house;
    const admin = adminOnly(house);

    fastify.get(
      '/sessions/:id/pushes',
      { ...admin, schema: { params: SessionPath, response: { 200: z.array(SessionPush) } } },
      ({ params }) => registry.get(params.id).pushStates,
    );
    fastify.put(
      '/sessions/:id/pushes/:target',
      { ...admin, schema: { params: PushPath } },
      async ({ params }, reply) => {
        registry.get(params.id).pushes.start(targets.order(params.target));
        await reply.status(204).send();
      },
    );
    fastify.post(
      '/sessions/:id/pushes',
      {
        ...admin,
        schema: {
          params: SessionPath,
          body: PushOnce,
          response: { 201: z.object({ target: TargetId }) },
        },
      },
      async ({ params, body }, reply) => {
        const order = targets.orderOnce(body);
        registry.get(params.id).pushes.start(order);
        await reply.status(201).send({ target: order.target });
      },
    );
    fastify.delete(
      '/sessions/:id/pushes/:target',
      { ...admin, schema: { params: PushPath } },
      async ({ params }, reply) => {
        registry.get(params.id).pushes.stop(params.target);
        await reply.status(204).send();
      },
    );
    done();
  };
}
