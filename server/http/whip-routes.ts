/**
 * WHIP in and WHEP out: an SDP offer by POST, an answer back, and a resource to PATCH and DELETE.
 * Pages of other origins may use both: what protects a session is its ingest key, or for viewers its
 * id, as on the watch page.
 * RFC 9725 (WHIP), draft-ietf-wish-whep (WHEP)
 */
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { SessionId } from '../protocol/ids.ts';
import type { Created, PeerRole } from '../rtc/whip/http-peers.ts';
import type { HttpHouse } from './house.ts';
import { problemOf, sendProblem } from './problem.ts';
import { refusal } from './refusal.ts';

type House = Pick<HttpHouse, 'ingest' | 'isAdmin' | 'info'>;

const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';
/** The longest offers of browsers have about 12 KiB. */
const BODY_LIMIT_BYTES = 64 * 1024;

const Path = z.object({ session: SessionId, peer: z.string().max(64).optional() });

/** Whether a page of another origin may ask for this. */
export function isOpenDoor(url: string): boolean {
  return /^\/(?:whip|whep)(?:[/?]|$)/.test(url);
}

export function whipRoutes(house: House): FastifyPluginCallback {
  return (fastify, _options, done) => {
    fastify.removeAllContentTypeParsers();
    const limits = { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES } as const;
    fastify.addContentTypeParser([SDP, FRAGMENT], limits, (_request, body, parsed) => {
      parsed(null, body);
    });
    fastify.addHook('onRequest', (_request, reply, next) => {
      openToPages(reply);
      next();
    });
    fastify.setErrorHandler((error, _request, reply) =>
      sendProblem(reply, problemOf(refusal(error))),
    );
    endpoint(fastify, '/whip', (request) => {
      const key = bearer(request);
      if (key === undefined) throw needsKey();
      const session = house.ingest.sessionOf(key);
      return { session, create: () => house.ingest.peers.openSender(session, offerOf(request)) };
    });
    endpoint(fastify, '/whip/:session', (request) => {
      const { session } = pathOf(request);
      requireSender(house, request, session);
      return { session, create: () => house.ingest.peers.openSender(session, offerOf(request)) };
    });
    endpoint(fastify, '/whep/:session', (request) => {
      const { session } = pathOf(request);
      return { session, create: () => house.ingest.peers.openViewer(session, offerOf(request)) };
    });
    resource(fastify, house, 'sender');
    resource(fastify, house, 'viewer');
    done();
  };
}

type Opening = { readonly session: SessionId; readonly create: () => Promise<Created> };

/** Where offers go. */
function endpoint(
  fastify: FastifyInstance,
  url: string,
  open: (request: FastifyRequest) => Opening,
): void {
  const schema = { hide: true };
  fastify.post(url, { schema }, async (request, reply) => {
    const { session, create } = open(request);
    requireType(request, SDP);
    const { id, etag, answer } = await create();
    const door = url.startsWith('/whip') ? 'whip' : 'whep';
    await reply
      .status(201)
      .headers({ location: `/${door}/${session}/${id}`, etag, 'content-type': SDP })
      .send(answer);
  });
  optionsAndOthers(fastify, url, { allow: 'OPTIONS, POST', 'accept-post': SDP });
}

/** What an accepted offer became. */
function resource(fastify: FastifyInstance, house: House, role: PeerRole): void {
  const url = role === 'sender' ? '/whip/:session/:peer' : '/whep/:session/:peer';
  const schema = { hide: true };
  const find = (request: FastifyRequest) => {
    const { session, peer = '' } = pathOf(request);
    if (role === 'sender') requireSender(house, request, session);
    return house.ingest.peers.get(session, role, peer);
  };
  fastify.patch(url, { schema }, async (request, reply) => {
    const peer = find(request);
    requireType(request, FRAGMENT);
    const { fragment } = await peer.patch(request.body as string, request.headers['if-match']);
    if (fragment === undefined) return reply.status(204).send();
    return reply.headers({ etag: peer.etag, 'content-type': FRAGMENT }).send(fragment);
  });
  fastify.delete(url, { schema }, async (request, reply) => {
    find(request).close();
    await reply.status(200).send();
  });
  optionsAndOthers(fastify, url, { allow: 'OPTIONS, PATCH, DELETE', 'accept-patch': FRAGMENT });
}

function optionsAndOthers(
  fastify: FastifyInstance,
  url: string,
  headers: Readonly<Record<string, string>>,
): void {
  const schema = { hide: true };
  fastify.options(url, { schema }, (_request, reply) => reply.status(204).headers(headers).send());
  const taken = headers['allow']!.split(', ');
  const method = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((each) => !taken.includes(each));
  fastify.route({
    ...{ url, method, schema },
    handler: (request, reply) => {
      void reply.header('allow', headers['allow']);
      throw new AppError(
        'not_allowed',
        `${request.method} is not for this address; it takes ${headers['allow'] ?? ''}`,
      );
    },
  });
}

/** RFC 9725 4.6: any page may ask; credentials are sent by its script, never by cookies. */
function openToPages(reply: FastifyReply): void {
  void reply.headers({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'OPTIONS, POST, PATCH, DELETE',
    'access-control-allow-headers': 'Authorization, Content-Type, If-Match',
    'access-control-expose-headers': 'Location, ETag, Link, Retry-After',
    'access-control-max-age': '86400',
  });
}

/** The session's ingest key opens it, and so does the admin token where there is one. */
function requireSender(house: House, request: FastifyRequest, session: SessionId): void {
  const key = bearer(request);
  if (key === undefined) throw needsKey();
  // The session's own refusal (404, 410) says more than a wrong key of one that is gone.
  house.ingest.door(session);
  if (house.ingest.admits(session, key)) return;
  if (house.info().needsToken && house.isAdmin(key)) return;
  throw new AppError('unauthorized', 'This ingest key does not belong to this session');
}

function needsKey(): AppError {
  return new AppError('unauthorized', 'Send the ingest key as `Authorization: Bearer …`');
}

function bearer({ headers }: FastifyRequest): string | undefined {
  const [scheme, token] = headers.authorization?.split(/\s+/) ?? [];
  return scheme?.toLowerCase() === 'bearer' && token ? token : undefined;
}

function pathOf({ params }: FastifyRequest): z.infer<typeof Path> {
  const path = Path.safeParse(params);
  if (path.success) return path.data;
  throw new AppError('session_not_found', 'There is no session at this address');
}

function offerOf({ body }: FastifyRequest): string {
  if (typeof body === 'string' && body !== '') return body;
  throw new AppError('bad_request', 'The request has no SDP offer in its body');
}

function requireType({ headers }: FastifyRequest, wanted: string): void {
  const found = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (found === wanted) return;
  throw new AppError(
    'unsupported_type',
    `The body must be ${wanted}; this one says it is ${found ?? 'nothing'}`,
  );
}
