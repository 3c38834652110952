/** REST for captions: the last ones of a session, and switching them on and off. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CaptionsStatus, CaptionsSwitch } from '../protocol/captions.ts';
import { SessionId } from '../protocol/ids.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

type House = Pick<HttpHouse, 'registry' | 'captions' | 'isAdmin'>;

const SessionPath = z.object({ id: SessionId });

export function captionRoutes({ registry, captions, ...house }: House): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);
    const answer = { 200: CaptionsStatus };

    fastify.get(
      '/sessions/:id/captions',
      { ...admin, schema: { params: SessionPath, response: answer } },
      ({ params }) => captions.status(registry.get(params.id).id),
    );

    fastify.put(
      '/sessions/:id/captions',
      { ...admin, schema: { params: SessionPath, body: CaptionsSwitch, response: answer } },
      ({ params, body }) => captions.switch(registry.get(params.id), body.on),
    );
    done();
  };
}
