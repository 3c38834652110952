import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../server/config.ts';
import { AppError } from '../../server/core/errors.ts';

test('an empty environment gives the documented doors', () => {
  const config = readConfig({});
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.port, 3000);
  assert.equal(config.rtcPort, 40_000);
  assert.equal(config.rtmpPort, 1935);
  assert.equal(config.loopbackOnly, true);
});

test('a wrong value is refused by its name', () => {
  assert.throws(
    () => readConfig({ POSECAST_PORT: 'eighty' }),
    (error) => error instanceof AppError && /POSECAST_PORT/.test(error.message),
  );
});

test('any other address than loopback asks for the admin token', () => {
  assert.equal(readConfig({ POSECAST_HOST: '0.0.0.0' }).loopbackOnly, false);
  assert.equal(readConfig({ POSECAST_HOST: '127.0.0.9' }).loopbackOnly, true);
});
