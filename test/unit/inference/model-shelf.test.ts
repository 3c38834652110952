/** A network is loaded once for all that borrow it, and freed with the last of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelShelf, shelfKey } from '../../../server/inference/model-shelf.ts';
import type { Model } from '../../../server/inference/onnx.ts';

class Loader {
  opened = 0;
  closed = 0;

  readonly open = (): Promise<Model> => {
    this.opened += 1;
    const names = { inputs: [], outputs: [], inputNames: [], outputNames: [] };
    const place = { provider: 'cpu', placement: [] } as const;
    const close = (): Promise<void> => {
      this.closed += 1;
      return Promise.resolve();
    };
    return Promise.resolve({ ...names, ...place, run: (feeds) => Promise.resolve(feeds), close });
  };
}

test('two borrowers share one model, and the last one frees it', async () => {
  const loader = new Loader();
  const shelf = new ModelShelf();
  const [first, second] = await Promise.all([
    shelf.borrow('a', loader.open),
    shelf.borrow('a', loader.open),
  ]);
  assert.equal(loader.opened, 1);
  await first.close();
  await first.close();
  assert.equal(loader.closed, 0, 'closing twice does not take it from the other');
  await second.close();
  assert.equal(loader.closed, 1);
  const third = await shelf.borrow('a', loader.open);
  assert.equal(loader.opened, 2, 'a freed one is loaded anew');
  await third.close();
});

test('one that cannot be loaded is not kept', async () => {
  const loader = new Loader();
  const shelf = new ModelShelf();
  await assert.rejects(
    shelf.borrow('a', () => Promise.reject(new Error('no graph'))),
    /no graph/,
  );
  await (await shelf.borrow('a', loader.open)).close();
  assert.equal(loader.opened, 1);
});

test('closing the shelf frees what is left, once', async () => {
  const loader = new Loader();
  const shelf = new ModelShelf();
  const model = await shelf.borrow('a', loader.open);
  await shelf.close();
  await model.close();
  assert.equal(loader.closed, 1);
});

test('the same file on another device or more threads is another model', () => {
  const keys = [
    shelfKey('f', {}),
    shelfKey('f', { device: 'cuda' }),
    shelfKey('f', { threads: 2 }),
  ];
  assert.equal(new Set(keys).size, 3);
  assert.equal(shelfKey('f', {}), shelfKey('f', { device: 'cpu', threads: 1 }));
});
