/**
 * onnxruntime 1.30 reports its use to its maker over the network unless this is set before its
 * library is loaded, so this module works at import and must stand before `onnxruntime-node`.
 * Nothing of a stream's may leave the machine unasked. A person who sets the variable is obeyed.
 * Worker threads share the process's environment for this (core/thread.ts).
 */
// eslint-disable-next-line no-restricted-syntax -- a library's switch, not a setting of ours
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
