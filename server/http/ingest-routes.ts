/** REST for what comes into a live session from outside: the doors, the key, who is connected. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { SessionId } from '../protocol/ids.ts';
import { IngestDoor, InputOrigin, SessionInputs } from '../protocol/input.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

const SessionPath = z.object({ id: SessionId });

export function ingestRoutes(house: Pick<HttpHouse, 'ingest' | 'isAdmin'>): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { ingest } = house;
    const admin = adminOnly(house);

    fastify.get(
      '/sessions/:id/ingest',
      { ...admin, schema: { params: SessionPath, response: { 200: IngestDoor } } },
      ({ params }) => ingest.door(params.id),
    );
    fastify.post(
      '/sessions/:id/ingest/key',
      { ...admin, schema: { params: SessionPath, response: { 201: IngestDoor } } },
      async ({ params }, reply) => {
        await reply.status(201).send(ingest.renew(params.id));
      },
    );
    fastify.get(
      '/sessions/:id/inputs',
      { ...admin, schema: { params: SessionPath, response: { 200: SessionInputs } } },
      ({ params }) => ingest.inputs(params.id),
    );
    fastify.put(
      '/sessions/:id/inputs/voice',
      { ...admin, schema: { params: SessionPath, body: z.strictObject({ from: InputOrigin }) } },
      async ({ params, body }, reply) => {
        await ingest.preferVoice(params.id, body.from);
        await reply.status(204).send();
      },
    );
    done();
  };
}
