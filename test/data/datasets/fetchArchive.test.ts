import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { create } from 'tar';
import { formatProblem, ProblemError } from '../../../src/core/problem.js';
import type { Archive } from '../../../src/core/datasets/archive.js';
import { dataFolder } from '../../../src/run/dataFolder.js';
import { fetchArchive, type Fetched, type FetchOptions } from '../../../src/data/datasets/fetchArchive.js';
import { draftOf } from '../../../src/node/files/draft.js';
import { sleeper } from '../../run/sleeper.js';
import { sharedAt } from '../../run/opened.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A small archive, packed as the published ones are, and a server on this machine that gives it. */
async function published(test: TestContext) {
  const folder = await temporaryFolder(test);
  await mkdir(join(folder, 'made/some-set'), { recursive: true });
  const contents = Uint8Array.from({ length: 300_000 }, (_, index) => (index * index * 31) >> 7);
  await writeFile(join(folder, 'made/some-set/train.bin'), contents);
  await writeFile(join(folder, 'made/some-set/test.bin'), 'test');
  await writeFile(join(folder, 'made/some-set/readme.html'), 'hello');
  await create({ file: join(folder, 'set.tar.gz'), cwd: join(folder, 'made'), gzip: true }, ['some-set']);
  const bytes = await readFile(join(folder, 'set.tar.gz'));
  const requests: (string | undefined)[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers.range);
    (answers.shift() ?? whole)(request, response);
  });
  /** As a good server answers: ranges where they are asked for. */
  const whole: Answer = ({ headers }, response) => {
    const [, start = '0'] = /bytes=(\d+)-/.exec(headers.range ?? '') ?? [];
    const from = Number(start);
    if (from > 0) response.setHeader('content-range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from });
    response.end(bytes.subarray(from));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const archive: Archive = {
    title: 'Some set',
    page: 'https://example.org',
    url: `http://127.0.0.1:${port}/set.tar.gz`,
    bytes: bytes.length,
    md5: createHash('md5').update(bytes).digest('hex'),
    folder: 'some-set',
    files: { 'train.bin': contents.length, 'test.bin': 4 },
  };
  const data = join(folder, 'data');
  const part = join(data, 'set.tar.gz.part');
  const fetchIt = (more: Partial<FetchOptions> = {}, changed: Partial<Archive> = {}): Promise<Fetched> =>
    fetchArchive(
      { ...archive, ...changed },
      { data: sharedAt(data), signal: new AbortController().signal, onProgress: () => undefined, patience: 1, ...more },
    );
  const refusal = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
    } catch (error) {
      assert.ok(error instanceof ProblemError, String(error));
      return formatProblem(error.problem).replaceAll(folder, '<folder>').replaceAll(`:${port}`, '');
    }
    return assert.fail('nothing was refused');
  };
  return { folder, archive, bytes, contents, requests, answers, whole, data, part, fetchIt, refusal };
}

/** Sends so much of it, and breaks the connection once that has been written to the part. */
const breaksOff =
  ({ bytes, part }: { bytes: Uint8Array; part: string }, length: number): Answer =>
  ({ headers }, response) => {
    const [, start = '0'] = /bytes=(\d+)-/.exec(headers.range ?? '') ?? [];
    const from = Number(start);
    if (from > 0) response.setHeader('content-range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from });
    response.write(bytes.subarray(from, from + length));
    const look = setInterval(() => {
      if (length > 0 && !(existsSync(part) && statSync(part).size >= from + length)) return;
      clearInterval(look);
      response.destroy();
    }, 5);
  };

describe('fetchArchive', () => {
  it('downloads, checks and unpacks, leaves nothing else, and does not do it twice', async (test) => {
    const { data, contents, requests, fetchIt } = await published(test);
    const told = new Map<string, number>();
    const fetched = await fetchIt({ onProgress: (what, done, total) => told.set(what, done / total) });
    assert.deepEqual(fetched, { folder: join(data, 'some-set'), wasThere: false });
    assert.deepEqual(
      [...told],
      [
        ['downloading', 1],
        ['checking', 1],
        ['unpacking', 1],
      ],
    );
    assert.deepEqual(await readFile(join(data, 'some-set/train.bin')), Buffer.from(contents));
    assert.deepEqual(await readdir(data), ['some-set']);
    assert.deepEqual(await fetchIt(), { folder: join(data, 'some-set'), wasThere: true });
    assert.deepEqual(requests, [undefined]);
  });

  it('takes away what a killed process had unpacked, and keeps what it had downloaded', async (test) => {
    const { data, part, bytes, requests, fetchIt } = await published(test);
    const { identity, kill } = await sleeper();
    await kill();
    await mkdir(await draftOf(join(data, '.unpacking'), identity), { recursive: true });
    await writeFile(part, bytes.subarray(0, 1000));
    await fetchIt();
    assert.deepEqual([await readdir(data), requests], [['some-set'], ['bytes=1000-']]);
  });

  it('goes on by itself where a connection breaks off', async (test) => {
    const set = await published(test);
    const { answers, requests, fetchIt, data } = set;
    answers.push(breaksOff(set, 1000), breaksOff(set, 500));
    await fetchIt();
    assert.deepEqual(requests, [undefined, 'bytes=1000-', 'bytes=1500-']);
    assert.ok(existsSync(join(data, 'some-set/test.bin')));
  });

  it('gives up where it breaks off again and again, and goes on the next time', async (test) => {
    const set = await published(test);
    const { answers, requests, fetchIt, refusal, part } = set;
    answers.push(breaksOff(set, 1000), ...Array.from({ length: 4 }, () => breaksOff(set, 0)));
    assert.match(
      await refusal(fetchIt()),
      /^The connection to 127\.0\.0\.1 broke off after 1\.0 kB of \d+ kB: .+\n {2}Try again: it goes on from there\.$/,
    );
    assert.equal((await stat(part)).size, 1000);
    await fetchIt();
    assert.equal(requests.at(-1), 'bytes=1000-');
    assert.equal(existsSync(part), false);
  });

  it('begins anew where the server ignores the range, or refuses it', async (test) => {
    const { bytes, answers, requests, fetchIt, part, data, whole } = await published(test);
    await mkdir(data);
    await writeFile(part, bytes.subarray(0, 700));
    answers.push((request, response) => {
      delete request.headers.range;
      whole(request, response);
    });
    await fetchIt();
    assert.deepEqual(requests, ['bytes=700-']);
    const other = await published(test);
    await mkdir(other.data);
    await writeFile(other.part, 'no part of it');
    other.answers.push((_, response) => response.writeHead(416).end());
    await other.fetchIt();
    assert.deepEqual(other.requests, ['bytes=13-', undefined]);
  });

  it('deletes what is damaged, and gets it whole the next time', async (test) => {
    const { bytes, answers, fetchIt, refusal, part } = await published(test);
    const damaged = Uint8Array.from(bytes);
    damaged[2000] = (damaged[2000] ?? 0) ^ 1;
    answers.push((_, response) => response.end(damaged));
    assert.match(
      await refusal(fetchIt()),
      /^<folder>\/data\/set\.tar\.gz\.part: This is not the archive of Some set: its md5 is [0-9a-f]{32}, expected [0-9a-f]{32}\.\n {2}It was deleted\./,
    );
    assert.equal(existsSync(part), false);
    await fetchIt();
  });

  it('says what a server answers instead, and when the file is another one', async (test) => {
    const { answers, fetchIt, refusal, data } = await published(test);
    answers.push((_, response) => response.writeHead(404).end('nothing here'));
    assert.equal(
      await refusal(fetchIt()),
      'http://127.0.0.1/set.tar.gz cannot be downloaded: the server answers 404 Not Found.\n' +
        '  Check the address, or name another one with `--url`.',
    );
    answers.push((_, response) => response.end('<html>sign in</html>'));
    assert.match(await refusal(fetchIt()), /set\.tar\.gz is another file: it has 20 bytes or more, expected \d+\./);
    assert.deepEqual(await readdir(data), []);
  });

  it('says where nobody can be reached what to do without a network', async (test) => {
    const { fetchIt, refusal } = await published(test);
    assert.match(
      await refusal(fetchIt({ url: 'http://127.0.0.1:9/set.tar.gz' })),
      /^127\.0\.0\.1:9 cannot be reached: .+\n {2}Check the network\. Without one, bring the archive from elsewhere/,
    );
  });

  it('keeps what came when it is stopped', async (test) => {
    const { bytes, answers, requests, fetchIt, part } = await published(test);
    const controller = new AbortController();
    answers.push((_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 3000));
    });
    const stopped = fetchIt({
      signal: controller.signal,
      onProgress: (_, done) => {
        if (done >= 3000) controller.abort();
      },
    });
    await assert.rejects(stopped, (error) => error === controller.signal.reason);
    assert.equal((await stat(part)).size, 3000);
    await fetchIt();
    assert.deepEqual(requests, [undefined, 'bytes=3000-']);
  });

  it('takes an archive that is there, and leaves it; or one from another address', async (test) => {
    const { folder, requests, fetchIt, refusal, data } = await published(test);
    const file = join(folder, 'set.tar.gz');
    await writeFile(join(folder, 'other'), 'short');
    assert.match(
      await refusal(fetchIt({ file: join(folder, 'other') })),
      /other: This is not the archive of Some set: it has 5 bytes/,
    );
    assert.ok(existsSync(join(folder, 'other')), 'what a person brought is theirs');
    assert.match(
      await refusal(fetchIt({ file: join(folder, 'none') })),
      /none: Could not read the archive: it does not exist/,
    );
    await fetchIt({ file });
    assert.ok(existsSync(file) && existsSync(join(data, 'some-set/train.bin')));
    assert.deepEqual(requests, []);
  });

  it('replaces a folder that is not whole, and refuses an archive without the files', async (test) => {
    const { fetchIt, refusal, data, contents } = await published(test);
    await mkdir(join(data, 'some-set'), { recursive: true });
    await writeFile(join(data, 'some-set/train.bin'), 'half');
    assert.match(
      await refusal(fetchIt({}, { files: { 'validation.bin': 3 } })),
      /does not hold its files: expected validation\.bin, found /,
    );
    await fetchIt();
    assert.equal((await stat(join(data, 'some-set/train.bin'))).size, contents.length);
    assert.deepEqual(await readdir(data), ['some-set']);
  });
});

describe('dataFolder', () => {
  it('lies beside the cache, wherever that is', () => {
    assert.equal(dataFolder('/a/.distillery/runs'), join('/a/.distillery/data'));
    assert.equal(dataFolder('/a/cluster'), join('/a/cluster/.data'));
  });
});
