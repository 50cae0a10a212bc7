import assert from 'node:assert/strict';
import { once } from 'node:events';

/** Waits until a stream has said something; fails when it ends without. */
export async function said(stream: NodeJS.ReadableStream | null, what: RegExp): Promise<void> {
  assert.ok(stream !== null);
  let text = '';
  const heard = new Promise<boolean>((resolve) => {
    stream.on('data', (part: string) => {
      text += part;
      if (what.test(text)) resolve(true);
    });
    once(stream, 'end').then(
      () => resolve(false),
      () => resolve(false),
    );
  });
  assert.ok(await heard, text);
}
