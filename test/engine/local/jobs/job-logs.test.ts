import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hasCode } from '../../../../src/domain/errors.ts';
import { JobFiles } from '../../../../src/engine/local/jobs/job-files.ts';
import type { JobRunner } from '../../../../src/engine/local/jobs/job-runner.ts';
import type { Stage } from '../../../../src/domain/report.ts';
import { finished, observeUntil, readLogs, running } from '../../../contract/job-engine.ts';
import { type Task, task, Workplace } from './support.ts';

const signal = (): AbortSignal => AbortSignal.timeout(30_000);

describe('A Job’s logs', () => {
  let place: Workplace;
  beforeEach(async () => {
    place = await Workplace.make();
  });
  afterEach(() => place.close());

  const start = async (
    steps: Partial<Record<Stage, string[]>>,
  ): Promise<{ runner: JobRunner; job: Task }> => {
    const [runner, job] = [place.runner(), task(steps)];
    await runner.start(job.session, job.input);
    return { runner, job };
  };

  it('are followed by a reader that shares nothing with the supervisor but the folder', async () => {
    const { runner, job } = await start({
      clone: ['write:no newline'],
      work: ['print:one', 'await:go', 'print:two'],
      publish: ['print:three'],
    });
    let text = '';
    for await (const piece of new JobFiles(place.paths).logs(job.session.metadata, {
      follow: true,
      signal: signal(),
    })) {
      text += piece;
      if (text.endsWith('one\n')) writeFileSync(join(place.dir(job), 'go'), '');
    }
    assert.equal(text, 'no newline\none\ntwo\nthree\n');
    assert.equal((await runner.observe(job.session.metadata))?.finished, true);
  });

  it('hold lines of megabytes, of which an observation shows the last 10,240 bytes', async () => {
    const { runner, job } = await start({ work: ['long:5000000', 'print:last'] });
    const { live } = await observeUntil(runner, job.session.metadata, finished);
    assert.equal(Buffer.byteLength(live.logTail), 10_240);
    assert.match(live.logTail, /^x+\nlast\n$/);
    assert.equal((await readLogs(runner, job.session.metadata, false)).length, 5_000_006);
  });

  it('show the newest event, and progress never falls', async () => {
    const { runner, job } = await start({
      work: [
        'event:{"progress":40,"phase":"A","usage":{"turns":1,"costUSD":0.5}}',
        'event:{"progress":30,"phase":"B","usage":{"turns":2}}',
      ],
      publish: ['write:##bgtask {"phase":"C"}'],
    });
    const { live } = await observeUntil(runner, job.session.metadata, finished);
    assert.deepEqual(live, { progress: 40, phase: 'B', usage: { turns: 2, costUSD: 0.5 }, logTail: '' });
    assert.equal(await readLogs(runner, job.session.metadata, false), '');
  });

  it('are read on, not from the start: each byte counts once, for readers at the same time too', async () => {
    const { runner, job } = await start({ work: ['print:one', 'await:go', 'print:two'] });
    const key = job.session.metadata;
    await observeUntil(runner, key, ({ live }) => live.logTail === 'one\n');
    writeFileSync(join(place.dir(job), 'go'), '');
    await observeUntil(runner, key, finished);
    for (const seen of await Promise.all([1, 2, 3].map(() => runner.observe(key))))
      assert.equal(seen?.live.logTail, 'one\ntwo\n');
  });

  it('survive truncation and removal while they are followed', async () => {
    const { runner, job } = await start({ work: ['print:one', 'await:go', 'print:two'] });
    const log = join(place.dir(job), 'work.log');
    let text = '';
    for await (const piece of runner.logs(job.session.metadata, { follow: true, signal: signal() })) {
      text += piece;
      if (!text.endsWith('one\n')) continue;
      truncateSync(log);
      assert.ok(await runner.observe(job.session.metadata));
      rmSync(log);
      assert.ok(await runner.observe(job.session.metadata));
      writeFileSync(join(place.dir(job), 'go'), '');
    }
    assert.equal(text, 'one\n', 'what went to the removed file is lost, and nothing else happens');
  });

  it('go on from the archive when the Job is removed under a reader', async () => {
    const { runner, job } = await start({
      clone: ['print:one'],
      work: ['long:300000'],
      publish: ['write:end'],
    });
    const key = job.session.metadata;
    await observeUntil(runner, key, finished);
    const whole = await readLogs(runner, key, false);
    let text = '';
    for await (const piece of runner.logs(key, { follow: true, signal: signal() })) {
      text += piece;
      if (text !== 'one\n') continue;
      await runner.archive(key);
      await runner.remove(key);
    }
    assert.equal(text, whole);
  });

  it('are archived whole, each stage under its header', async () => {
    const { runner, job } = await start({
      clone: ['print:one'],
      work: ['event:{"progress":30}', 'write:two'],
      publish: ['fail:PushDenied'],
    });
    const key = job.session.metadata;
    await observeUntil(runner, key, finished);
    const url = await runner.archive(key);
    assert.equal(url, new URL(`file://${place.paths.logs}/example/${key.name}.log.gz`).href);
    const text = gunzipSync(await readFile(new URL(url))).toString();
    assert.equal(text, '##bgtask stage clone\none\n##bgtask stage work\ntwo\n##bgtask stage publish\n');
    assert.equal(statSync(new URL(url)).mode & 0o777, 0o600);
  });

  it('archived before the end are archived again at the end', async () => {
    const { runner, job } = await start({ work: ['print:one', 'await:go', 'print:two'] });
    const key = job.session.metadata;
    await observeUntil(runner, key, ({ live }) => live.logTail === 'one\n');
    await runner.archive(key);
    writeFileSync(join(place.dir(job), 'go'), '');
    await observeUntil(runner, key, finished);
    await runner.archive(key);
    await runner.remove(key);
    assert.equal(await readLogs(runner, key, false), 'one\ntwo\n');
  });

  it('of an earlier session of the same name are not shown for the later one', async () => {
    const { runner, job } = await start({ work: ['print:one'] });
    const key = job.session.metadata;
    await observeUntil(runner, key, finished);
    await runner.archive(key);
    await runner.remove(key);
    utimesSync(join(place.paths.logs, 'example', `${key.name}.log.gz`), new Date(0), new Date(0));
    const later = { ...key, uid: 'later', creationTimestamp: new Date().toISOString() };
    assert.equal(await readLogs(runner, later, true), '');
    assert.equal(await runner.archive(later), undefined);
  });

  it('in a broken archive are an error with its path', async () => {
    const archive = join(place.paths.logs, 'example', 'broken.log.gz');
    mkdirSync(join(place.paths.logs, 'example'), { recursive: true });
    writeFileSync(archive, 'no gzip');
    await assert.rejects(
      readLogs(place.runner(), { namespace: 'example', name: 'broken' }, false),
      (error) => {
        assert.ok(hasCode(error, 'Unavailable'));
        assert.ok(error.message.includes(archive));
        return true;
      },
    );
  });

  it('that cannot be archived leave nothing half made', async () => {
    const { runner, job } = await start({});
    await observeUntil(runner, job.session.metadata, finished);
    writeFileSync(place.paths.logs, 'a file where the folder should be');
    await assert.rejects(runner.archive(job.session.metadata), (error) => hasCode(error, 'Unavailable'));
    rmSync(place.paths.logs);
    assert.ok(await runner.archive(job.session.metadata));
  });

  it('of a running stage need not be there yet', async () => {
    const { runner, job } = await start({ clone: ['await:go'] });
    await observeUntil(runner, job.session.metadata, running('clone'));
    assert.equal(existsSync(join(place.dir(job), 'publish.log')), false);
    assert.equal(await readLogs(runner, job.session.metadata, false), '');
  });
});
