/** REST for slates: list, upload, delete, and which one a session shows. */
import { rm } from 'node:fs/promises';
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { SessionId, SlateChoice, SlateName } from '../protocol/index.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';
import { saveBody, takeBodiesAsStreams } from './upload.ts';

type House = Pick<HttpHouse, 'registry' | 'slates' | 'isAdmin'>;

const SlatePath = z.object({ name: SlateName });
const MAX_SLATE_BYTES = 100 * 2 ** 20;

export function slateRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { registry, slates } = house;
    const admin = adminOnly(house);

    fastify.get('/slates', { ...admin, schema: { response: { 200: z.array(SlateName) } } }, () =>
      slates.list(),
    );
    fastify.delete(
      '/slates/:name',
      { ...admin, schema: { params: SlatePath } },
      async ({ params }, reply) => {
        await slates.delete(params.name);
        await reply.status(204).send();
      },
    );
    fastify.put(
      '/sessions/:id/slate',
      { ...admin, schema: { params: z.object({ id: SessionId }), body: SlateChoice } },
      async ({ params, body }, reply) => {
        await registry.get(params.id).setSlate(body);
        await reply.status(204).send();
      },
    );
    void instance.register(uploads(house));
    done();
  };
}

function uploads({ slates, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    takeBodiesAsStreams(instance);
    instance.withTypeProvider<ZodTypeProvider>().post(
      '/slates/:name',
      {
        ...adminOnly({ isAdmin }),
        bodyLimit: MAX_SLATE_BYTES,
        schema: { security: [{ token: [] }], params: SlatePath },
      },
      async ({ params, body }, reply) => {
        const path = await saveBody(body, slates.folder, MAX_SLATE_BYTES);
        try {
          await slates.add(params.name, path);
          await reply.status(204).send();
        } finally {
          await rm(path, { force: true });
        }
      },
    );
    done();
  };
}
