/** REST door for motion files: the body is the file as it is, whatever its content type says. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { MAX_FILE_BYTES } from '../motion/convert/read-pose-file.ts';
import { importMotion } from '../motion/import-motion.ts';
import { TemplateSummary } from '../protocol/template.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

/** Threads that read files at the same time; each may need its memory bound. */
const MAX_IMPORTS = 2;

const Query = z.object({
  /** The file's name: title and id come from it. */
  name: z.string().max(200).default(''),
  title: z.string().min(1).max(80).optional(),
  /** Pictures a second, for files that don't tell. */
  fps: z.coerce.number().min(1).max(240).optional(),
  /** Of the picture, for OpenPose files with coordinates 0..1. */
  width: z.coerce.number().min(1).max(20_000).optional(),
  height: z.coerce.number().min(1).max(20_000).optional(),
});

export function motionImportRoute(
  house: Pick<HttpHouse, 'templates' | 'isAdmin'>,
): FastifyPluginCallback {
  return (instance, _options, done) => {
    let running = 0;
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    instance.withTypeProvider<ZodTypeProvider>().post(
      '/templates/import-motion',
      {
        ...adminOnly(house),
        bodyLimit: MAX_FILE_BYTES,
        schema: {
          security: [{ token: [] }],
          querystring: Query,
          response: { 201: TemplateSummary },
        },
      },
      async ({ body, query: { name, title, fps, width, height } }, reply) => {
        if (!Buffer.isBuffer(body) || body.length === 0) {
          throw new AppError('bad_request', 'The request has no file in its body');
        }
        if (running >= MAX_IMPORTS) {
          throw new AppError('too_many', 'Two motion files are being read; try again in a moment');
        }
        running += 1;
        try {
          const template = await importMotion(body, name, {
            ...(title !== undefined && { title }),
            ...(fps !== undefined && { rateHz: fps }),
            ...(width !== undefined && height !== undefined && { size: { width, height } }),
          });
          await reply.status(201).send(await house.templates.create(template));
        } finally {
          running -= 1;
        }
      },
    );
    done();
  };
}
