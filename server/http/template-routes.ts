/** REST for the motion templates: list, edit, import and export. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { TemplateChange, TemplateId, TemplateSummary } from '../protocol/template.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';
import { motionImportRoute } from './motion-import-route.ts';

/** The largest template: MAX_TEMPLATE_KEYS keys, a few with 21 points. */
const TEMPLATE_LIMIT_BYTES = 8 * 1024 * 1024;

const Path = z.object({ id: TemplateId });
const Query = z.object({
  q: z.string().max(200).default(''),
  tag: z.string().max(40).optional(),
});
const Retime = z.object({ seconds: z.number() });
const Trim = z.object({ from: z.number(), to: z.number() });

const One = { 200: TemplateSummary };

type House = Pick<HttpHouse, 'templates' | 'isAdmin'>;

export function templateRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    void instance.register(reading(house));
    void instance.register(writing(house));
    void instance.register(editing(house));
    void instance.register(motionImportRoute(house));
    done();
  };
}

function reading(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { templates } = house;

    fastify.get(
      '/templates',
      { schema: { querystring: Query, response: { 200: z.array(TemplateSummary) } } },
      ({ query: { q, tag } }) => templates.list({ query: q, ...(tag !== undefined && { tag }) }),
    );

    // Plain handlers: a template is checked when it comes in, and not again on its way out.
    fastify.get('/templates/:id', { schema: { params: Path } }, ({ params }) =>
      templates.get(params.id),
    );

    fastify.get(
      '/templates/:id/export',
      { schema: { params: Path } },
      async ({ params: { id } }, reply) => {
        const json = JSON.stringify(await templates.get(id), undefined, 1);
        await reply
          .type('application/json')
          .header('content-disposition', `attachment; filename="${id}.json"`)
          .send(json);
      },
    );
    done();
  };
}

function writing(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { templates } = house;
    const admin = adminOnly(house);

    // The library checks the body and answers in sentences that name the place.
    fastify.post(
      '/templates',
      {
        ...admin,
        bodyLimit: TEMPLATE_LIMIT_BYTES,
        schema: { body: z.unknown(), response: { 201: TemplateSummary } },
      },
      async (request, reply) => {
        await reply.status(201).send(await templates.create(request.body));
      },
    );

    fastify.put(
      '/templates/:id',
      {
        ...admin,
        bodyLimit: TEMPLATE_LIMIT_BYTES,
        schema: { params: Path, body: z.unknown(), response: One },
      },
      ({ params, body }) => templates.update(params.id, body),
    );

    fastify.patch(
      '/templates/:id',
      { ...admin, schema: { params: Path, body: TemplateChange, response: One } },
      ({ params, body }) => templates.describe(params.id, body),
    );

    fastify.delete(
      '/templates/:id',
      { ...admin, schema: { params: Path } },
      async ({ params }, reply) => {
        await templates.delete(params.id);
        await reply.status(204).send();
      },
    );
    done();
  };
}

/** Changes that need no more than a few numbers. */
function editing(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { templates } = house;
    const admin = adminOnly(house);

    fastify.post(
      '/templates/:id/duplicate',
      { ...admin, schema: { params: Path, response: { 201: TemplateSummary } } },
      async ({ params }, reply) => {
        await reply.status(201).send(await templates.duplicate(params.id));
      },
    );

    fastify.post(
      '/templates/:id/mirror',
      { ...admin, schema: { params: Path, response: One } },
      ({ params }) => templates.mirror(params.id),
    );

    fastify.post(
      '/templates/:id/retime',
      { ...admin, schema: { params: Path, body: Retime, response: One } },
      ({ params, body }) => templates.retime(params.id, body.seconds),
    );

    fastify.post(
      '/templates/:id/trim',
      { ...admin, schema: { params: Path, body: Trim, response: One } },
      ({ params, body }) => templates.trim(params.id, body.from, body.to),
    );
    done();
  };
}
