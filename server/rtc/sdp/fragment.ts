/**
 * The pieces of SDP that PATCH carries: a client's later candidates, or new ICE credentials. Pure.
 * RFC 8840 9 (the fragment), RFC 9725 4.3 (its use by WHIP)
 */
import type { types } from 'mediasoup';
import { AppError } from '../../core/errors.ts';
import { candidateLine, iceLines } from './answer.ts';
import type { IceCredentials } from './offer.ts';

export type Fragment = {
  /** undefined: the fragment is about the session as it is. */
  readonly ice: IceCredentials | undefined;
  readonly candidates: number;
};

const LINE = /^(?:a=[a-z-]+(?::.*)?|m=\w+ .*|v=0|o=.*|s=.*|t=.*|c=.*)$/;

/** Throws `bad_request`. Candidates are only counted: as ICE lite we wait for the client's checks. */
export function parseFragment(text: string): Fragment {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== '');
  const bad = lines.find((line) => !LINE.test(line));
  if (lines.length === 0 || bad !== undefined) {
    const what = bad === undefined ? 'it is empty' : `"${bad.slice(0, 60)}" has no place in it`;
    throw new AppError('bad_request', `This is no trickle ICE fragment: ${what}`);
  }
  const value = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`a=${name}:`))?.slice(name.length + 3);
  const [ufrag, pwd] = [value('ice-ufrag'), value('ice-pwd')];
  if ((ufrag === undefined) !== (pwd === undefined)) {
    throw new AppError('bad_request', 'A fragment has both a=ice-ufrag and a=ice-pwd, or neither');
  }
  return {
    ice: ufrag === undefined ? undefined : { ufrag, pwd: pwd! },
    candidates: lines.filter((line) => line.startsWith('a=candidate:')).length,
  };
}

/** Our side of an ICE restart. */
export function writeFragment(
  ice: types.IceParameters,
  candidates: readonly types.IceCandidate[],
): string {
  const lines = [
    'a=ice-lite',
    ...iceLines(ice),
    ...candidates.map(candidateLine),
    'a=end-of-candidates',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
