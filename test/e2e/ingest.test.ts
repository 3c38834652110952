/** What comes in from outside, as the panel shows it: plain RTCPeerConnections by WHIP and WHEP. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { microphoneSound, wavBytes } from '../../server/bench/fake-microphone.ts';
import { IngestDoor, SessionSnapshot } from '../../server/protocol/index.ts';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { GUEST, GuestScene, makeMedia } from '../support/scene-files.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE_MS = 120_000;

/** A sender and a viewer of plain WebRTC; no library. */
const CLIENTS = `
  window.negotiate = async (url, peer, key) => {
    await peer.setLocalDescription(await peer.createOffer());
    const headers = { 'content-type': 'application/sdp' };
    if (key) headers.authorization = 'Bearer ' + key;
    const answer = await fetch(url, { method: 'POST', headers, body: peer.localDescription.sdp });
    const sdp = await answer.text();
    if (answer.status !== 201) throw new Error(answer.status + ': ' + sdp);
    await peer.setRemoteDescription({ type: 'answer', sdp });
    return { peer, resource: answer.headers.get('location'), key };
  };
  window.hangUp = async ({ peer, resource, key }) => {
    const headers = key ? { authorization: 'Bearer ' + key } : {};
    const { status } = await fetch(resource, { method: 'DELETE', headers });
    peer.close();
    return status;
  };
  window.received = async ({ peer }) => {
    let frames = 0;
    for (const each of (await peer.getStats()).values()) {
      if (each.type === 'inbound-rtp' && each.kind === 'video') frames = each.framesDecoded;
    }
    return frames;
  };`;

describe('inputs in the panel', () => {
  let folder: string;
  let voice: string;
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let session: SessionSnapshot;
  let door: IngestDoor;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-inputs-'));
    voice = join(folder, 'voice.wav');
    await writeFile(voice, wavBytes(microphoneSound([], 30)));
    server = await TestServer.start();
    const film = ['-pix_fmt', 'yuv420p'];
    const cameraVideo = join(folder, 'green.y4m');
    await makeMedia(cameraVideo, 'color=0x00ff00:s=320x180:r=25:d=1', ...film);
    browser = await openBrowser({ microphoneWav: voice, cameraVideo });
    const context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
      locale: 'en-US',
      permissions: ['microphone', 'camera'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByTestId('input-microphone').getByText('is the voice').waitFor();
    [session] = SessionSnapshot.array().parse(await ask('')) as [SessionSnapshot];
    door = IngestDoor.parse(await ask(`/${session.id}/ingest`));
  });

  after(async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(path: string): Promise<unknown> {
    return (await fetch(`${server.url}/api/v1/sessions${path}`)).json();
  }

  test('the key is masked until it is asked for, and can be renewed', async () => {
    await page.getByText('Connect OBS or an encoder').click();
    const field = page.getByLabel('Key', { exact: true });
    assert.equal(await field.getAttribute('type'), 'password');
    await page.getByRole('button', { name: 'Show the key' }).click();
    assert.equal(await field.getAttribute('type'), 'text');
    assert.equal(await field.inputValue(), door.key);
    await page.getByRole('button', { name: 'Make a new key' }).click();
    await page.getByRole('button', { name: 'Make it' }).click();
    await until('there is another one', async () => (await field.inputValue()) !== door.key);
    door = IngestDoor.parse(await ask(`/${session.id}/ingest`));
    assert.equal(await field.inputValue(), door.key);
  });

  test('Chromium sends by WHIP and watches by WHEP', async (t) => {
    const other = await page.context().newPage();
    await other.goto(`${server.url}/healthz`);
    await other.evaluate(CLIENTS);
    await other.evaluate(`(async () => {
      const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      const sender = new RTCPeerConnection();
      for (const track of media.getTracks()) {
        sender.addTransceiver(track, { direction: 'sendonly', streams: [media] });
      }
      window.sender = await negotiate('/whip', sender, '${door.key}');
      const viewer = new RTCPeerConnection();
      const shown = document.createElement('video');
      shown.muted = true;
      shown.srcObject = new MediaStream();
      viewer.ontrack = ({ track }) => {
        shown.srcObject.addTrack(track);
        void shown.play();
      };
      viewer.addTransceiver('audio', { direction: 'recvonly' });
      viewer.addTransceiver('video', { direction: 'recvonly' });
      window.viewer = await negotiate('/whep/${session.id}', viewer);
    })()`);
    const row = page.getByTestId('input-whip');
    await row.getByText('is the voice').waitFor();
    await row.getByText(/Opus.*kb\/s/).waitFor();
    t.diagnostic(`WHIP: ${await row.innerText()}`);
    await until('it sees the avatar', async () => {
      return (await other.evaluate<number>('received(viewer)')) > 20;
    });
    {
      // OBS, by RTMP as by WHIP, is called `ingest` where scenes name it.
      await using scene = await GuestScene.open(server.url, session);
      await scene.shows(GUEST);
    }

    await page.getByRole('button', { name: 'Use Microphone of the panel as the voice' }).click();
    await page.getByTestId('input-microphone').getByText('is the voice').waitFor();
    await page.getByRole('button', { name: 'Use WHIP as the voice' }).click();
    await row.getByText('is the voice').waitFor();
    assert.equal(await other.evaluate('hangUp(sender)'), 200);
    assert.equal(await other.evaluate('hangUp(viewer)'), 200);
    await page.getByTestId('input-microphone').getByText('is the voice').waitFor();
    await row.waitFor({ state: 'detached' });
    await other.close();
  });
});
