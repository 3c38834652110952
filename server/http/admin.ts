/** The lock on routes that change something. */
import type { FastifyRequest } from 'fastify';
import { AppError } from '../core/errors.ts';
import type { HttpHouse } from './house.ts';

/** An `onRequest` hook that lets only the admin through. Refuses with `unauthorized`. */
function requireAdmin(house: Pick<HttpHouse, 'isAdmin'>) {
  return (request: FastifyRequest, _reply: unknown, next: (error?: Error) => void): void => {
    const header = request.headers.authorization;
    const token = header?.startsWith('Bearer ') ? header.slice('Bearer '.length) : undefined;
    if (house.isAdmin(token)) return next();
    next(new AppError('unauthorized', 'Send the admin token as `Authorization: Bearer …`'));
  };
}

/** What a route that only the admin may use is declared with: the lock, and its mark in OpenAPI. */
export function adminOnly(house: Pick<HttpHouse, 'isAdmin'>) {
  return { onRequest: requireAdmin(house), security: [{ token: [] }] };
}
