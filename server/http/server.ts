/**
 * The HTTP door: panel, REST with OpenAPI, health and metrics. Main thread; owned by the app.
 */
import { createServer, type Server } from 'node:http';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { avatarRoutes } from './avatar-routes.ts';
import { captionRoutes } from './caption-routes.ts';
import { PLAIN_POLICY } from './content-policy.ts';
import { healthRoutes } from './health.ts';
import { ingestRoutes } from './ingest-routes.ts';
import { logRoutes } from './log-routes.ts';
import { isKnownHost, isSameOrigin } from './origin.ts';
import { motionRoutes } from './motion-routes.ts';
import { panelRoutes } from './panel.ts';
import { refusal } from './refusal.ts';
import { modelFiles, modelRoutes } from './model-routes.ts';
import { recordingRoutes } from './recording-routes.ts';
import { slateRoutes } from './slate-routes.ts';
import { apiRoutes } from './rest.ts';
import { sceneRoutes } from './scene-routes.ts';
import { studioRoutes } from './studio-routes.ts';
import { takeRoutes } from './take-routes.ts';
import { targetRoutes } from './target-routes.ts';
import { templateRoutes } from './template-routes.ts';
import { triggerRoutes } from './trigger-routes.ts';
import { isOpenDoor, whipRoutes } from './whip-routes.ts';
import type { HttpHouse } from './house.ts';

export type HttpOptions = {
  readonly host: string;
  readonly port: number;
  readonly loopbackOnly: boolean;
  readonly webDir: string;
  readonly house: HttpHouse;
  readonly log: Logger;
};

const BODY_LIMIT_BYTES = 256 * 1024;

export class HttpDoor {
  readonly server: Server;
  readonly #fastify: FastifyInstance;
  readonly #options: HttpOptions;

  private constructor(options: HttpOptions, fastify: FastifyInstance, server: Server) {
    this.#options = options;
    this.#fastify = fastify;
    this.server = server;
  }

  /** Builds the routes; nothing listens before `listen`. */
  static async open(options: HttpOptions): Promise<HttpDoor> {
    let server: Server | undefined;
    const fastify = Fastify({
      bodyLimit: BODY_LIMIT_BYTES,
      forceCloseConnections: true,
      logger: false,
      serverFactory: (handler) => (server = createServer(handler)),
    }).withTypeProvider<ZodTypeProvider>();
    fastify.setValidatorCompiler(validatorCompiler);
    fastify.setSerializerCompiler(serializerCompiler);
    fastify.setErrorHandler((error, _request, reply) => answerError(error, reply, options.log));
    fastify.addHook('onRequest', (request, _reply, done) => {
      done(foreign(request, options));
    });
    fastify.addHook('onSend', (_request, reply, _payload, done) => {
      secure(reply);
      done();
    });
    await fastify.register(swagger, {
      openapi: {
        info: { title: 'Posecast', version: options.house.info().version },
        components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      },
      transform: jsonSchemaTransform,
    });
    await fastify.register(healthRoutes(options.house));
    await fastify.register(apiRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(avatarRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(logRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(modelRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(motionRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(sceneRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(studioRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(recordingRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(slateRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(takeRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(targetRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(templateRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(triggerRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(captionRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(ingestRoutes(options.house), { prefix: '/api/v1' });
    await fastify.register(whipRoutes(options.house));
    await fastify.register(modelFiles(options.house.models));
    await fastify.register(panelRoutes(options.webDir));
    await fastify.ready();
    return new HttpDoor(options, fastify, server!);
  }

  /** Throws `port_taken`. */
  async listen(): Promise<void> {
    const { host, port } = this.#options;
    try {
      await this.#fastify.listen({ host, port });
    } catch (error) {
      throw new AppError(
        'port_taken',
        `Port ${port} on ${host} can't be used; another program has it. ` +
          'Stop that program or set POSECAST_PORT to a free port',
        error,
      );
    }
  }

  async close(): Promise<void> {
    await this.#fastify.close();
  }
}

function answerError(error: unknown, reply: FastifyReply, log: Logger): void {
  const failure = refusal(error);
  if (failure.code === 'internal') log.error({ err: error }, 'request failed');
  void reply
    .status(failure.status)
    .send({ error: { code: failure.code, message: failure.message } });
}

function foreign({ headers, url }: FastifyRequest, options: HttpOptions): AppError | undefined {
  const { host, origin } = headers;
  if (!isKnownHost(host, options)) {
    return new AppError(
      'forbidden',
      `This server is for this machine alone and not for '${host ?? ''}'; ` +
        'set POSECAST_HOST to serve others, who then need the admin token',
    );
  }
  if (isSameOrigin(origin, host) || isOpenDoor(url)) return undefined;
  return new AppError('forbidden', `Pages of '${origin ?? ''}' may not use this server`);
}

function secure(reply: FastifyReply): void {
  if (!reply.hasHeader('content-security-policy')) {
    void reply.header('content-security-policy', PLAIN_POLICY);
  }
  void reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
}
