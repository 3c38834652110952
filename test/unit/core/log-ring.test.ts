import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogRing } from '../../../server/core/log-ring.ts';
import { createLog } from '../../../server/core/log.ts';

const messages = (ring: LogRing, after = 0, level: 'info' | 'warn' = 'info') =>
  ring.page(after, level).lines.map(({ message }) => message);

test('keeps what the log says, with its fields, whatever goes to stderr', () => {
  const ring = new LogRing();
  const log = createLog('silent', ring);

  log.info({ port: 3000 }, 'ready');
  log.warn('slow');
  log.debug('too fine');

  assert.deepEqual(messages(ring), ['ready', 'slow']);
  const [first] = ring.page(0, 'info').lines;
  assert.equal(first?.level, 'info');
  assert.equal(first.fields, '{"port":3000}');
  assert.ok(Date.parse(first.time) > 0);
});

test('pages from a line on, by gravity', () => {
  const ring = new LogRing();
  const log = createLog('silent', ring);
  for (const word of ['one', 'two', 'three']) log.info(word);
  log.error('broken');

  const { last } = ring.page(0, 'info');
  assert.equal(last, 4);
  assert.deepEqual(messages(ring, 2), ['three', 'broken']);
  assert.deepEqual(messages(ring, 0, 'warn'), ['broken']);
});

test('the oldest line goes for the newest, and is counted', () => {
  const ring = new LogRing(3);
  const log = createLog('silent', ring);

  for (let i = 1; i <= 5; i += 1) log.info(`line ${i}`);

  assert.deepEqual(messages(ring), ['line 3', 'line 4', 'line 5']);
  assert.equal(ring.page(0, 'info').lost, 2);
});

test('a flood in one line is cut, and lines of others are left out', () => {
  const ring = new LogRing();
  createLog('silent', ring).info({ flood: 'x'.repeat(100_000) }, 'long');
  ring.write('not JSON at all\n');

  const { lines } = ring.page(0, 'info');
  assert.equal(lines.length, 1);
  assert.ok(lines[0]!.fields.length <= 4000);
});
