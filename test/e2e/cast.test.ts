/** Several avatars in one picture and the chat box, in real Chromium by role and label. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { MotionBatchPlayed, SessionSnapshot } from '../../server/protocol/index.ts';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE_MS = 60_000;
/** The sand behind the avatars, as the encoder leaves it. */
const BACKGROUND = [0xe4, 0xe0, 0xd6] as const;

/** How far the preview's colour at `x` and `y` (0..1) is from the background, summed up. */
const DIFFERENCE = (x: number, y: number) => `(() => {
  const context = new OffscreenCanvas(100, 100).getContext('2d');
  context.drawImage(document.querySelector('[data-testid="preview-video"]'), 0, 0, 100, 100);
  const [r, g, b] = context.getImageData(${Math.round(x * 100)}, ${Math.round(y * 100)}, 1, 1).data;
  return Math.abs(r - ${BACKGROUND[0]}) + Math.abs(g - ${BACKGROUND[1]}) + Math.abs(b - ${BACKGROUND[2]});
})()`;

describe('several avatars', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  /** What the panel says to the server. */
  const sent: string[] = [];

  before(async () => {
    server = await TestServer.start();
    browser = await openBrowser();
    const context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
      locale: 'en-US',
      permissions: ['microphone'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => sent.push(payload.toString())),
    );
  });

  after(async () => {
    await browser.close();
    await server.stop();
  });

  async function session(): Promise<SessionSnapshot> {
    const list = (await (await fetch(`${server.url}/api/v1/sessions`)).json()) as SessionSnapshot[];
    assert.ok(list[0], 'a session is live');
    return list[0];
  }

  const difference = (x: number, y: number): Promise<number> => page.evaluate(DIFFERENCE(x, y));

  test('three are put on the picture by mouse, keys and numbers, and stand there live', async () => {
    await page.goto(server.url);
    await page.getByText('More', { exact: true }).click();
    const add = page.getByRole('button', { name: 'Add another' });
    assert.equal(await page.getByLabel('Place, %').count(), 0, 'one avatar needs no more');
    await add.click();
    await add.click();
    const second = page.getByRole('button', { name: /^2 \w+: place 50 %/ });
    const box = await second.boundingBox();
    const stage = await page.locator('.stage-picture').boundingBox();
    assert.ok(box && stage);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + stage.width * 0.05, y, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: /^2 \w+: place 55 %/ }).press('ArrowRight');
    await page.getByLabel('Size, %').fill('45');
    await page.getByLabel('Mirrored').check();
    await page.getByRole('button', { name: /^3 \w+$/ }).click();
    await page.getByText('In canon').click();
    await page.getByLabel('Later by').fill('1.5');

    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByTestId('latency').waitFor();
    const { cast, avatar } = await session();
    assert.deepEqual(
      cast.map((each) => [each.x, each.scale, each.mirrored, each.sync, each.offsetSeconds]),
      [
        [0.17, 0.61, false, 'unison', 0],
        [0.56, 0.45, true, 'unison', 0],
        [0.83, 0.61, false, 'canon', 1.5],
      ],
    );
    assert.equal(cast[0]?.avatar, avatar);
    for (const { x: place } of cast) {
      await until(`somebody at ${place}`, async () => (await difference(place, 0.9)) > 60);
    }
    await until('nobody above them', async () => (await difference(0.5, 0.1)) < 30);
  });

  test('a gesture is played by all, or by the one that is chosen', async () => {
    await page.getByRole('searchbox', { name: 'Search gestures' }).fill('point to the left');
    // As a person does: not before the list has changed under the pointer.
    await page
      .getByRole('button', { name: 'Play Nod', exact: true })
      .waitFor({ state: 'detached' });
    const play = page.getByRole('button', { name: 'Play Point to the left' });
    await page.getByRole('button', { name: /^3 / }).click();
    await play.click();
    await until('it is asked of the third', () =>
      sent.some((frame) => frame.includes('"motion:play"') && frame.includes('"avatar":2')),
    );
    await page.getByRole('button', { name: 'Everyone' }).click();
    await play.click();
    await page.getByText('Playing: Point to the left').waitFor();
    await page.getByRole('button', { name: 'Stop motion' }).click();
    await page.getByRole('button', { name: 'Sad', exact: true }).click();
    await page.getByText(/^Playing: .*[Ss]ad/).waitFor();
    await page.getByRole('button', { name: 'Stop motion' }).click();
  });

  test('a chat line fires a trigger, and so does a bot at the address that is shown', async () => {
    await page.getByRole('tab', { name: 'Triggers' }).click();
    for (const name of [/^Armed: Chat says hello/, /^Armed: Chat says thank/]) {
      const armed = page.getByRole('switch', { name });
      await armed.click();
      await until('it is armed', () => armed.isChecked());
    }
    await page.getByRole('tab', { name: 'Chat' }).click();
    const line = page.getByLabel('A line of chat');
    const lines = page.getByRole('list', { name: 'The last lines' });
    await line.fill('what a nice day');
    await line.press('Enter');
    await lines.getByRole('listitem').filter({ hasText: 'what a nice day' }).getByText('no trigger').waitFor(); // prettier-ignore
    await line.fill('hello everybody');
    await line.press('Enter');
    await lines.getByText(/^Fired: Chat says hello/).waitFor();
    await page.getByText(/^Playing: .*[Ww]ave/).waitFor();

    await page.getByText('For chat bots').click();
    const address = await page.getByLabel('Address', { exact: true }).inputValue();
    const fired = async () => {
      const body = JSON.stringify({ author: 'bot', text: 'many thanks' });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(address, { method: 'POST', headers, body });
      return ((await answer.json()) as { readonly fired: readonly string[] }).fired;
    };
    // For a second after a trigger only higher ones act.
    while (!(await fired()).includes('chat-thanks')) await page.waitForTimeout(300);
    await lines.getByText(/^Fired: Chat says thank/).waitFor();
  });

  test('one click in the library plays on some avatars of the session', async () => {
    await page.goto(`${server.url}/motions`);
    const { id } = await session();
    await page.getByRole('checkbox', { name: /^1 / }).uncheck();
    await page.getByRole('checkbox', { name: 'Choose Nod', exact: true }).check();
    await page.getByRole('checkbox', { name: 'Choose Shrug', exact: true }).check();
    const [answer] = await Promise.all([
      page.waitForResponse((each) => each.url().endsWith('/api/v1/motion')),
      page.getByRole('button', { name: 'Play 2 on 2 avatars' }).click(),
    ]);
    const asked = answer.request().postDataJSON() as {
      targets: unknown;
      script: { moments: unknown[] };
    };
    assert.deepEqual(asked.targets, [
      { session: id, avatar: 1 },
      { session: id, avatar: 2 },
    ]);
    assert.equal(asked.script.moments.length, 2);
    const played = (await answer.json()) as MotionBatchPlayed;
    assert.deepEqual(
      played.map((each) => Object.keys(each)),
      [['script'], ['script']],
    );
    assert.deepEqual(complaints, []);
  });
});
