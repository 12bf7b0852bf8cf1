import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { bundled } from '../support/bundle.ts';
import { needs } from '../support/needs.ts';

describe('a runner that is the first process of a container', () => {
  let program: string;
  before(async function () {
    const tried = spawnSync('bwrap', ['--unshare-pid', '--ro-bind', '/', '/', 'true']);
    needs(this, tried.status === 0, 'it needs bubblewrap');
    program = await bundled(join(import.meta.dirname, 'first-process-program.ts'));
  });

  const rows: [what: string, script: string, exitCode: number][] = [
    ['a program that ended well', 'true', 0],
    ['a program in the background', 'sleep 600 & exit 3', 3],
    [
      'a program that left its session, its group, its environment and its signals',
      `env -i setsid sh -c 'trap "" TERM HUP INT; touch /tmp/ready; while :; do sleep 1; done' >/dev/null 2>&1 & until test -e /tmp/ready; do :; done`,
      0,
    ],
  ];
  for (const [what, script, exitCode] of rows)
    it(`ends all that is left of ${what}`, () => {
      const view = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'];
      const folder = dirname(program);
      const inside = ['--ro-bind', folder, folder, '--', process.execPath, program, script];
      const { stdout, stderr } = spawnSync('bwrap', ['--unshare-pid', '--as-pid-1', ...view, ...inside], {
        encoding: 'utf8',
      });
      assert.deepEqual(JSON.parse(stdout || stderr), { exitCode, running: [] });
    });
});
