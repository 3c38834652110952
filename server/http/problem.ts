/** Refusals as WHIP and WHEP clients read them: problem details. RFC 9457 */
import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { toAppError } from '../core/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';

export type Problem = {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** A sentence: what was expected and what was found. */
  readonly detail: string;
  readonly code: ErrorCode;
};

const RETRY_SECONDS = 5;

export function problemOf(thrown: unknown): Problem {
  const { code, status, message } = toAppError(thrown);
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail: message, code };
}

/** Answers with it, and with the headers that its status asks for. */
export async function sendProblem(reply: FastifyReply, problem: Problem): Promise<void> {
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="posecast"');
  if (problem.status === 429 || problem.status === 503) {
    void reply.header('retry-after', String(RETRY_SECONDS));
  }
  await reply
    .status(problem.status)
    .header('content-type', 'application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}
