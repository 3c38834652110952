import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { pagePolicy, PLAIN_POLICY, VISION_POLICY } from '../../../server/http/content-policy.ts';

test('inline scripts of a page are allowed by hash, others are not', () => {
  const inline = 'self.__next_f=[1]';
  const html = `<script src="/a.js" async></script><script>${inline}</script>`;
  const hash = createHash('sha256').update(inline).digest('base64');
  const policy = pagePolicy(html);
  assert.ok(policy.includes(`script-src 'self' 'sha256-${hash}'`));
  assert.ok(!policy.includes('unsafe'));
  assert.equal(policy.match(/sha256-/g)!.length, 1);
});

test('what is no page runs nothing inline', () => {
  assert.ok(PLAIN_POLICY.includes("script-src 'self'"));
  assert.ok(!PLAIN_POLICY.includes('unsafe'));
});

test('only the worker that finds poses compiles WebAssembly, and even it evaluates no text', () => {
  assert.ok(VISION_POLICY.includes("'wasm-unsafe-eval'"));
  assert.ok(!VISION_POLICY.includes("'unsafe-eval'"));
  assert.ok(!PLAIN_POLICY.includes('wasm'));
  assert.ok(!pagePolicy('<script>1</script>').includes('wasm'));
});
