/**
 * Process entry: node-media-server alone in a child process, since one malformed `connect` ends
 * its process. The supervisor is rtmp-server.ts. Its configuration comes as the first message and
 * never through the command line, where the secret could be read.
 */
import NodeMediaServer from 'node-media-server';
import Context from 'node-media-server/src/core/context.js';
import { RtmpGate } from './rtmp-gate.ts';
import type { RtmpChildEvent, RtmpChildOrder, RtmpChildSettings } from './rtmp-messages.ts';

// The supervisor alone decides when this ends: a Ctrl-C in the terminal reaches both of us, and
// the streams must be closed in order. Without it nobody would ever stop this process.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.once('disconnect', () => process.exit(0));
process.on('message', (order: RtmpChildOrder) => {
  if (order.type === 'settings') void serve(order);
  else gate?.setKeys(order.hashes);
});

let gate: RtmpGate | undefined;

function tell(event: RtmpChildEvent): void {
  if (process.connected) process.send?.(event);
}

async function serve(settings: RtmpChildSettings): Promise<void> {
  const { secret } = settings;
  const server = new NodeMediaServer({
    bind: settings.host,
    rtmp: { port: settings.port },
    auth: { play: false, publish: true, secret, jwt: undefined },
    store: { path: settings.storeDir },
    record: { path: settings.storeDir, auto: false },
    webadmin: { enable: false },
  });
  const { broadcasts } = Context;
  const opened = new RtmpGate({ secret, broadcasts, tell });
  gate = opened;
  server.on('prePublish', (session) => opened.publishing(session));
  server.on('prePlay', (session) => opened.playing(session));
  server.on('postPublish', (session) => {
    const path = session.streamPath;
    if (session.streamApp !== 'live') return;
    // donePublish comes 30 s after the publisher has gone; its socket tells at once.
    session.socket.once('close', () => tell({ type: 'unpublished', path }));
    tell({ type: 'published', path });
  });
  const listener = server.rtmpServer.tcpServer;
  listener?.once('listening', () => tell({ type: 'listening' }));
  listener?.once('error', (error) => tell({ type: 'refused', reason: error.message }));
  await server.run();
}
