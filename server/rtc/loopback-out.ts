/**
 * RTP on loopback to a program of this machine that looks at a picture that came in, such as the
 * ffmpeg behind a scene. Main thread; owned by who opened it.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { types } from 'mediasoup';

export type LoopbackOut = {
  /** What the program has to be told (RFC 8866): it listens. */
  readonly sdp: string;
  /** From now on it is sent to; the program may start later. */
  readonly requestKeyFrame: () => void;
  readonly close: () => void;
};

const HOST = '127.0.0.1';

/** Ends by itself with its producer. */
export async function openLoopbackOut(
  router: types.Router,
  producer: types.Producer,
): Promise<LoopbackOut> {
  const port = await freePort();
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: HOST },
    rtcpMux: true,
    comedia: false,
  });
  producer.observer.once('close', () => transport.close());
  try {
    await transport.connect({ ip: HOST, port });
    const { id: producerId } = producer;
    const { rtpCapabilities } = router;
    const consumer = await transport.consume({ producerId, rtpCapabilities });
    const { payloadType } = consumer.rtpParameters.codecs[0]!;
    return {
      sdp: sessionOf(port, payloadType),
      // The sender, and the consumer with it, may be gone by now.
      requestKeyFrame: () => void consumer.requestKeyFrame().catch(() => undefined),
      close: () => transport.close(),
    };
  } catch (error) {
    transport.close();
    throw error;
  }
}

/** Free a moment ago; where another program is quicker, its reader fails and is started again. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, HOST);
  await once(socket, 'listening');
  const { port } = socket.address();
  const closed = once(socket, 'close');
  socket.close();
  await closed;
  return port;
}

function sessionOf(port: number, payloadType: number): string {
  const lines = [
    ...['v=0', `o=- 0 0 IN IP4 ${HOST}`, 's=-', `c=IN IP4 ${HOST}`, 't=0 0'],
    `m=video ${port} RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} H264/90000`,
    `a=fmtp:${payloadType} packetization-mode=1`,
    'a=recvonly',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
