import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseReport } from '../../../../src/domain/report.ts';
import { imageReports, inOwnImage } from '../../../../src/engine/kubernetes/jobs/image-probe.ts';
import { PATH } from '../../../../src/engine/kubernetes/jobs/layout.ts';

const NODE = '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "ran $*"\n';
/** What sh says of a program whose loader the image lacks. */
const MUSL = '#!/lib64/no-such-loader\n';

describe('the probe of an image of the task’s own', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bgtask-probe-'));
    mkdirSync(join(folder, 'tools'));
    mkdirSync(join(folder, 'bin'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the script with this `node` among the tools, and git on the PATH or not. */
  function run(node: string, git: boolean) {
    const write = (path: string, text: string): void => {
      writeFileSync(join(folder, path), text);
      chmodSync(join(folder, path), 0o755);
    };
    write('tools/node', node);
    if (git) write('bin/git', '#!/bin/sh\n');
    const [, flag = '', script = ''] = inOwnImage('work');
    const report = join(folder, 'report');
    const env = { PATH: join(folder, 'bin'), BGTASK_REPORT: report, ...imageReports('work', 'alpine:3') };
    const { status, stdout } = spawnSync(
      '/bin/sh',
      [flag, script.replaceAll(PATH.tools, join(folder, 'tools'))],
      { env, encoding: 'utf8' },
    );
    const said = status === 0 ? undefined : parseReport('work', readFileSync(report, 'utf8'));
    return { status, stdout, said };
  }

  it('runs the runner where it can', () => {
    const { status, stdout } = run(NODE, true);
    assert.equal(status, 0);
    assert.match(stdout, /^ran .*main\.js runner work\n$/);
  });
  it('reports an image that cannot run it, in words of its own', () => {
    const { status, said } = run(MUSL, true);
    assert.equal(status, 1);
    assert.match(said?.error ?? '', /alpine:3 cannot run the work stage: it needs glibc/);
  });
  it('reports an image without git', () => {
    assert.match(run(NODE, false).said?.error ?? '', /alpine:3 .*: git is not installed in it/);
  });
  it('is plain sh', () => {
    execFileSync('/bin/sh', ['-n', '-c', inOwnImage('work')[2] ?? 'false']);
  });
});
