import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryClaim, writeReport } from '../../../../src/engine/local/jobs/claim.ts';
import { bundledPrograms } from './support.ts';

describe('A stage’s claim', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'bgtask-claim-'));
    writeFileSync(join(dir, 'input.json'), JSON.stringify({ spec: { prompt: '{}' } }));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const stage = async (secrets: string): Promise<number | null> => {
    const { stage: program } = await bundledPrograms();
    const child = spawn(process.execPath, [program, 'runner', 'work'], {
      env: { BGTASK_JOB_DIR: dir },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(secrets);
    await once(child, 'exit');
    return child.exitCode;
  };

  it('goes to one process of many; the others end with 75 and do nothing', async () => {
    const codes = await Promise.all(Array.from({ length: 6 }, () => stage('{}')));
    assert.deepEqual(
      codes.toSorted((a, b) => (a ?? 0) - (b ?? 0)),
      [0, 75, 75, 75, 75, 75],
    );
    assert.equal(readFileSync(join(dir, 'counter'), 'utf8'), 'work\n');
    assert.deepEqual(readdirSync(dir).sort(), ['counter', 'input.json', 'work.pid', 'work.report.json']);
  });

  for (const secrets of ['', '{"token":"not-a-re', '"text"'])
    it(`is not made by a process whose secrets were cut off: ${JSON.stringify(secrets)}`, async () => {
      assert.equal(await stage(secrets), 75);
      assert.equal(existsSync(join(dir, 'work.pid')), false);
    });

  for (const marker of ['stop', 'closed'])
    it(`is refused once there is a marker: ${marker}`, () => {
      writeFileSync(join(dir, marker), '');
      assert.equal(tryClaim(dir, 'clone', 0), false);
    });

  for (const marker of ['stop', 'closed'])
    it(`is not good when the marker ${marker} comes while it is made: the process that stops the Job may have looked for claims before`, () => {
      // A link to the claim: it leads nowhere until the claim is there, so the marker appears between the two looks at it.
      symlinkSync('clone.pid', join(dir, marker));
      assert.equal(tryClaim(dir, 'clone', 0), false);
      assert.ok(existsSync(join(dir, 'clone.pid')));
    });

  it('is refused when the Job is gone', () => {
    assert.equal(tryClaim(join(dir, 'gone'), 'clone', 0), false);
  });

  it('is one of an attempt', () => {
    assert.deepEqual(
      [0, 0, 1, 1].map((attempt) => tryClaim(dir, 'clone', attempt)),
      [true, false, true, false],
    );
  });

  it('is followed by a report of at most 4,096 bytes', () => {
    writeReport(dir, 'clone', 'x'.repeat(4096));
    assert.throws(() => writeReport(dir, 'clone', 'x'.repeat(4097)), RangeError);
  });
});
