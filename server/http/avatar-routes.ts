/** REST for avatars: list, pictures, delete, and making them out of uploaded archives. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { AvatarName, AvatarSummary } from '../protocol/index.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';
import { saveBody, takeBodiesAsStreams } from './upload.ts';

const AvatarPath = z.object({ name: AvatarName });
const MovingPath = AvatarPath.extend({ what: z.enum(['talk', 'wave']) });
const MAX_PACK_BYTES = 2 ** 31 - 1;
const MAX_PHOTO_BYTES = 64 * 2 ** 20;

type House = Pick<HttpHouse, 'avatars' | 'moving' | 'isAdmin' | 'dataDir' | 'ffmpeg'>;

export function avatarRoutes(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const { avatars, moving } = house;

    fastify.get('/avatars', { schema: { response: { 200: z.array(AvatarSummary) } } }, () =>
      avatars.list(),
    );

    fastify.get(
      '/avatars/:name/preview.png',
      { schema: { params: AvatarPath } },
      async (request, reply) => {
        const png = await avatars.preview(request.params.name);
        await reply.type('image/png').header('cache-control', 'no-cache').send(Buffer.from(png));
      },
    );

    // Of avatars that were made or imported here; the panel brings those of the others.
    fastify.get(
      '/avatars/:name/moving/:what',
      { schema: { params: MovingPath } },
      async ({ params: { name, what } }, reply) => {
        const folder = await avatars.ownFolder(name);
        if (!folder) throw new AppError('not_found', `"${name}" is built in`);
        const webp = await moving.picture(folder, what);
        await reply.type('image/webp').header('cache-control', 'no-cache').send(Buffer.from(webp));
      },
    );

    // A session that plays it holds what it needs and goes on.
    fastify.delete(
      '/avatars/:name',
      { ...adminOnly(house), schema: { params: AvatarPath } },
      async (request, reply) => {
        await avatars.remove(request.params.name);
        await reply.status(204).send();
      },
    );
    void instance.register(uploads(house));
    done();
  };
}

/** Bodies are zip archives: see docs/avatars.md for what is in them. */
function uploads(house: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    takeBodiesAsStreams(instance);
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const folder = join(house.dataDir, 'avatars');
    for (const [path, kind, bodyLimit] of [
      ['/avatars/import', 'pack', MAX_PACK_BYTES],
      ['/avatars/photo', 'photo', MAX_PHOTO_BYTES],
      ['/avatars/clip', 'clip', MAX_PACK_BYTES],
    ] as const) {
      fastify.post(
        path,
        {
          ...adminOnly(house),
          bodyLimit,
          schema: { security: [{ token: [] }], response: { 201: AvatarSummary } },
        },
        async ({ body }, reply) => {
          const archive = await saveBody(body, folder, bodyLimit);
          try {
            const order = { kind, archive, ffmpeg: house.ffmpeg };
            await reply.status(201).send(await house.avatars.make(order));
          } finally {
            await rm(archive, { force: true });
          }
        },
      );
    }
    done();
  };
}
