import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needsLinux } from '../support/needs.ts';

describe('what a stage inherits', () => {
  const module = fileURLToPath(new URL('../../src/runner/inherited.ts', import.meta.url));
  /** Whether a program that Node starts has a file that the shell before Node had open. Node itself closes the first descriptors alone. */
  const run = (before: string): string => {
    const script = `import { closeInherited } from ${JSON.stringify(module)};
      import { execFileSync } from 'node:child_process';
      ${before}
      process.stdout.write(execFileSync('sh', ['-c', 'test -e /proc/$$/fd/200 && echo open || echo closed']));`;
    const secret = join(mkdtempSync(join(tmpdir(), 'bgtask-fd-')), 'secret');
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', script];
    const args = ['-c', 'exec 200>"$1"; shift; exec "$@"', 'bash', secret, ...node];
    return spawnSync('bash', args, { encoding: 'utf8' }).stdout.trim();
  };

  before(function () {
    needsLinux(this);
  });

  it('reaches programs where nothing closes it: this test would see it', () => {
    assert.equal(run('void closeInherited;'), 'open');
  });

  it('is closed before a program of a repository runs', () => {
    assert.equal(run('closeInherited();'), 'closed');
  });
});
