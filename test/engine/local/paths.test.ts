import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localPaths, privateFolder } from '../../../src/engine/local/paths.ts';

const mode = (path: string): number => statSync(path).mode & 0o777;

describe('localPaths', () => {
  const cases: { env: Record<string, string>; state: string; config: string }[] = [
    { env: {}, state: '/home/me/.local/state/bgtask', config: '/home/me/.config/bgtask' },
    { env: { XDG_STATE_HOME: '/s', XDG_CONFIG_HOME: '/c' }, state: '/s/bgtask', config: '/c/bgtask' },
    {
      env: { XDG_STATE_HOME: 'relative', XDG_CONFIG_HOME: '' },
      state: '/home/me/.local/state/bgtask',
      config: '/home/me/.config/bgtask',
    },
    {
      env: { XDG_STATE_HOME: '/s', BGTASK_STATE: '/mine', BGTASK_CONFIG: '/conf' },
      state: '/mine',
      config: '/conf',
    },
    { env: { BGTASK_STATE: 'here' }, state: join(process.cwd(), 'here'), config: '/home/me/.config/bgtask' },
  ];
  for (const { env, state, config } of cases)
    it(`takes ${JSON.stringify(env)}`, () => {
      const paths = localPaths({ HOME: '/home/me', ...env });
      assert.deepEqual([paths.state, paths.config], [state, config]);
      assert.deepEqual(
        [paths.objects, paths.jobs, paths.logs, paths.pullRequests, paths.lease],
        ['objects', 'jobs', 'logs', 'pull-requests', 'lease'].map((name) => join(state, name)),
      );
    });

  it('folders are the user’s alone', () => {
    const root = mkdtempSync(join(tmpdir(), 'bgtask-paths-'));
    assert.equal(mode(privateFolder(join(root, 'a', 'b'))), 0o700);
    assert.equal(mode(join(root, 'a')), 0o700);
    chmodSync(join(root, 'a'), 0o755);
    assert.equal(mode(privateFolder(join(root, 'a'))), 0o700);
    rmSync(root, { recursive: true });
  });
});
