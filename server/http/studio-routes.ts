/** REST for background renders: sounds, jobs, their results. */
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import {
  Job,
  JobEstimate,
  JobId,
  JobOrder,
  JobQueueState,
  MAX_SCRIPT_CHARACTERS,
  MAX_SOUND_BYTES,
  Sound,
} from '../protocol/index.ts';
import { zipFiles, type ZipEntry } from '../studio/zip.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';
import { saveBody, takeBodiesAsStreams } from './upload.ts';

const JobPath = z.object({ id: JobId });
const TYPES = { mp4: 'video/mp4', mov: 'video/quicktime', webm: 'video/webm', png: '' } as const;

type House = Pick<HttpHouse, 'jobs' | 'sounds' | 'isAdmin'>;

export function studioRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    void instance.register(sounds(house));
    void instance.register(orders(house));
    void instance.register(changes(house));
    void instance.register(results(house));
    done();
  };
}

function sounds({ sounds: shelf, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    takeBodiesAsStreams(instance);
    instance.withTypeProvider<ZodTypeProvider>().post(
      '/studio/sounds',
      {
        ...adminOnly({ isAdmin }),
        bodyLimit: MAX_SOUND_BYTES,
        schema: {
          security: [{ token: [] }],
          querystring: z.object({ name: z.string().max(300).default('sound') }),
          response: { 201: Sound },
        },
      },
      async ({ body, query }, reply) => {
        const path = await saveBody(body, shelf.folder, MAX_SOUND_BYTES);
        try {
          await reply.status(201).send(await shelf.adopt(path, query.name));
        } finally {
          await rm(path, { force: true });
        }
      },
    );
    done();
  };
}

function orders({ jobs, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly({ isAdmin });
    const bodyLimit = MAX_SCRIPT_CHARACTERS * 4;

    fastify.get(
      '/studio/jobs',
      { ...admin, schema: { response: { 200: JobQueueState } } },
      () => jobs.state,
    );

    fastify.post(
      '/studio/jobs',
      { ...admin, bodyLimit, schema: { body: JobOrder, response: { 201: z.array(Job) } } },
      async ({ body }, reply) => {
        await reply.status(201).send(await jobs.add(body));
      },
    );

    fastify.post(
      '/studio/estimate',
      { ...admin, bodyLimit, schema: { body: JobOrder, response: { 200: JobEstimate } } },
      ({ body }) => jobs.estimate(body),
    );

    fastify.put(
      '/studio/queue',
      {
        ...admin,
        schema: { body: z.object({ paused: z.boolean() }), response: { 200: JobQueueState } },
      },
      async ({ body }) => {
        await jobs.pause(body.paused);
        return jobs.state;
      },
    );
    done();
  };
}

function changes({ jobs, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly({ isAdmin });
    const one = { ...admin, schema: { params: JobPath, response: { 200: Job } } };

    fastify.post('/studio/jobs/:id/cancel', one, ({ params }) => jobs.cancel(params.id));
    fastify.post('/studio/jobs/:id/retry', one, ({ params }) => jobs.retry(params.id));

    fastify.post(
      '/studio/jobs/:id/move',
      {
        ...admin,
        schema: {
          params: JobPath,
          body: z.object({ before: JobId.optional() }),
          response: { 200: JobQueueState },
        },
      },
      async ({ params, body }) => {
        await jobs.move(params.id, body.before);
        return jobs.state;
      },
    );

    fastify.delete(
      '/studio/jobs/:id',
      { ...admin, schema: { params: JobPath } },
      async (request, reply) => {
        await jobs.delete(request.params.id);
        await reply.status(204).send();
      },
    );
    done();
  };
}

function results({ jobs, isAdmin }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly({ isAdmin });

    fastify.get(
      '/studio/jobs/:id/file',
      { ...admin, schema: { params: JobPath } },
      async ({ params }, reply) => {
        const { path, job } = jobs.result(params.id);
        if (job.look.format === 'png') {
          throw new AppError('bad_request', 'This is a folder of pictures: take the zip');
        }
        const { size } = await stat(path);
        return reply
          .type(TYPES[job.look.format])
          .header('content-length', size)
          .send(createReadStream(path));
      },
    );

    fastify.get(
      '/studio/zip',
      { ...admin, schema: { querystring: z.object({ jobs: z.string().max(90_000).optional() }) } },
      async ({ query }, reply) => {
        const done = jobs.state.jobs.filter((job) => job.state === 'done');
        const asked = query.jobs?.split(',').map((id) => JobId.parse(id));
        const ids = asked ?? done.map((job) => job.id);
        const entries = await Promise.all(ids.map((id) => filesOf(jobs.result(id))));
        if (entries.length === 0) throw new AppError('not_found', 'No job is done yet');
        return reply
          .type('application/zip')
          .header('content-disposition', 'attachment; filename="posecast.zip"')
          .send(Readable.from(await zipFiles(entries.flat())));
      },
    );
    done();
  };
}

/** A result's files with their names in the zip. */
async function filesOf({ path, job }: { path: string; job: Job }): Promise<ZipEntry[]> {
  if (job.look.format !== 'png') return [{ name: `${job.name}.${job.look.format}`, path }];
  const names = (await readdir(path)).sort();
  return names.map((name) => ({ name: `${job.name}/${name}`, path: join(path, name) }));
}
