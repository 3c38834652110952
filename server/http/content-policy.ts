/**
 * The content security policy of each page. Next's static export starts with inline scripts, which
 * are allowed by their hashes and nothing else inline is. Pure.
 * https://www.w3.org/TR/CSP3/#framework-directive-source-list
 */
import { createHash } from 'node:crypto';

const BASE = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/** For everything that is no page: answers of the API, pictures, scripts. */
export const PLAIN_POLICY = [...BASE, "script-src 'self'"].join('; ');

/** For the worker that finds poses: MediaPipe is WebAssembly, which nothing else here may run. */
export const VISION_POLICY = [...BASE, "script-src 'self' 'wasm-unsafe-eval'"].join('; ');

/** For one HTML page. */
export function pagePolicy(html: string): string {
  const hashes = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script]) => `'sha256-${createHash('sha256').update(script!).digest('base64')}'`,
  );
  return [...BASE, ["script-src 'self'", ...new Set(hashes)].join(' ')].join('; ');
}
