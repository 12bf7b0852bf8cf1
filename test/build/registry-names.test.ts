import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ecosystems } from '../../src/checks/plugs.ts';

const root = join(import.meta.dirname, '../..');

/** The files that say which hosts an install may reach, and the tests of these files. */
const ALLOWED = /^(?:src\/checks\/ecosystems\/|test\/checks\/registry-hosts\.test\.ts$)/;
/** Pages for people and git hosts, which are registries too. */
const NOT_ONLY_A_REGISTRY = /^(?:.*\.)?(?:github|githubusercontent|google|bitbucket)\.(?:com|org)$/;

describe('the hosts of public registries', () => {
  const hosts = ecosystems()
    .flatMap(({ registries }) => registries?.defaults ?? [])
    .filter((host) => !NOT_ONLY_A_REGISTRY.test(host));

  it('are named in the data of the list alone, never by our own build, lock file or documents', () => {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    });
    const naming = files
      .split('\0')
      .filter((path) => path !== '' && !ALLOWED.test(path))
      .flatMap((path) => {
        const text = read(path);
        return hosts
          .filter((host) => text.includes(`//${host}`) || text.includes(`'${host}`))
          .map((host) => `${path}: ${host}`);
      });
    assert.deepEqual(naming, []);
  });

  it('are known: this test would see one', () => assert.ok(hosts.length > 10));
});

function read(path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
}
