import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnownHost, isSameOrigin } from '../../../server/http/origin.ts';

const local = { host: '127.0.0.1', loopbackOnly: true };

test('a server for this machine alone answers to loopback names only', () => {
  for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST']) {
    assert.equal(isKnownHost(host, local), true, host);
  }
  for (const host of ['evil.example:3000', 'localhost.evil.example', '', undefined]) {
    assert.equal(isKnownHost(host, local), false, String(host));
  }
});

test('a server that asks for a token answers to every name', () => {
  assert.equal(isKnownHost('studio.example', { host: '0.0.0.0', loopbackOnly: false }), true);
});

test('a page of another origin is refused, a program without one is not', () => {
  assert.equal(isSameOrigin('http://localhost:3000', 'localhost:3000'), true);
  assert.equal(isSameOrigin('http://evil.example', 'localhost:3000'), false);
  assert.equal(isSameOrigin('null', 'localhost:3000'), false);
  assert.equal(isSameOrigin(undefined, 'localhost:3000'), true);
});
