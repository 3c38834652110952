/** REST for the last lines of the log: for who may command, since they name addresses and files. */
import type { FastifyPluginCallback } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LogLevel, LogPage } from '../protocol/index.ts';
import { adminOnly } from './admin.ts';
import type { HttpHouse } from './house.ts';

const LogQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  level: LogLevel.default('info'),
});

export function logRoutes(house: HttpHouse): FastifyPluginCallback {
  return (instance, _options, done) => {
    const fastify = instance.withTypeProvider<ZodTypeProvider>();
    const admin = adminOnly(house);
    fastify.get(
      '/logs',
      { ...admin, schema: { querystring: LogQuery, response: { 200: LogPage } } },
      ({ query }) => house.logs.page(query.after, query.level),
    );
    done();
  };
}
