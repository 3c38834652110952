import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokensText } from '../../../server/captions/tokens.ts';
import { AppError } from '../../../server/core/errors.ts';

const piece = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const { length } = bytes;
  const head = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
  return Buffer.concat([Buffer.from(head), bytes]);
};

test('every piece becomes its base64 and its number', () => {
  const text = tokensText(Buffer.concat([piece('<unk>'), piece('▁the'), piece('\u0000')]));
  assert.equal(text, 'PHVuaz4= 0\n4paBdGhl 1\nAA== 2\n');
});

test('a piece of 128 bytes and more has its length in two bytes', () => {
  const long = 'x'.repeat(300);
  const [first, second] = tokensText(Buffer.concat([piece(long), piece('a')])).split('\n');
  assert.equal(first, `${Buffer.from(long).toString('base64')} 0`);
  assert.equal(second, 'YQ== 1');
});

test('an empty piece keeps its number', () => {
  assert.equal(
    tokensText(Buffer.concat([piece('a'), piece(''), piece('b')])),
    'YQ== 0\n 1\nYg== 2\n',
  );
});

test('a file that is cut or empty is refused', () => {
  for (const bytes of [piece('abc').subarray(0, 3), Buffer.alloc(0)]) {
    assert.throws(
      () => tokensText(bytes),
      (error) => error instanceof AppError && error.code === 'bad_pack',
    );
  }
});
