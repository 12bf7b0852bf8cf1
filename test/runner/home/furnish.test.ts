import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheVariables, sharedFolders, yarnCaches } from '../../../src/runner/home/caches.ts';
import { furnishHome } from '../../../src/runner/home/furnish.ts';
import { GIT_ENV, tempFolder } from '../../support/stage/remote.ts';

async function person(files: Record<string, string>): Promise<string> {
  const home = tempFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  }
  return home;
}

const furnished = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const home = join(tempFolder(), 'home');
  await furnishHome(home, env);
  return home;
};

const author = (home: string): string => {
  const dir = tempFolder();
  const env = { PATH: GIT_ENV['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: dir, env, encoding: 'utf8' }).trim();
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'x');
  return git('log', '-1', '--format=%an <%ae>|%cn <%ce>');
};

describe('the home of a task', () => {
  it('commits as the person, whose other settings stay out', async () => {
    const home = await person({
      '.gitconfig':
        '[include]\n\tpath = more\n[user]\n\tname = "Ann \\"A\\" Other"\n[core]\n\thooksPath = /evil\n',
      more: '[user]\n\temail = ann@example.com\n[credential]\n\thelper = store\n',
    });
    const made = await furnished({ HOME: home });
    assert.equal(author(made), 'Ann "A" Other <ann@example.com>|Ann "A" Other <ann@example.com>');
    assert.doesNotMatch(await readFile(join(made, '.gitconfig'), 'utf8'), /hooksPath|helper/);
  });

  const nameless: [what: string, env: () => Promise<NodeJS.ProcessEnv>][] = [
    ['there is no configuration', async () => ({ HOME: await person({}) })],
    ['it has a name alone', async () => ({ HOME: await person({ '.gitconfig': '[user]\nname = Ann\n' }) })],
    ['there is no home, as in a pod', async () => ({})],
  ]; // prettier-ignore
  for (const [what, env] of nameless)
    it(`commits as bgtask when ${what}`, async () => {
      assert.equal(
        author(await furnished(await env())),
        'bgtask <bgtask@localhost>|bgtask <bgtask@localhost>',
      );
    });

  it('takes the place of what a killed stage left, read-only folders too', async () => {
    const home = join(tempFolder(), 'home');
    await mkdir(join(home, 'old/inner'), { recursive: true });
    await writeFile(join(home, 'old/inner/x'), 'x');
    execFileSync('chmod', ['-R', 'a-w', join(home, 'old')]);
    await furnishHome(home, {});
    await furnishHome(home, { HOME: await person({ '.npmrc': 'registry=https://npm.example.com/\n' }) });
    assert.equal(existsSync(join(home, 'old')), false);
    assert.equal(await readFile(join(home, '.npmrc'), 'utf8'), 'registry=https://npm.example.com/\n');
  });

  it('shares caches that verify what they hold, by variable, link or file', async () => {
    const home = await person({
      '.cargo/registry/index/x': '',
      '.cargo/registry/src/x': '',
      '.cargo/credentials.toml': 'secret',
      '.local/share/pnpm/store/x': '',
      '.config/pnpm/rc': 'registry=https://npm.example.com/\n',
      '.cache/yarn/x': '',
      '.cache/uv/x': '',
      '.m2/repository/x': '',
      '.gradle/caches/x': '',
    });
    const made = await furnished({ HOME: home });
    assert.equal(await readlink(join(made, '.cargo/registry/index')), join(home, '.cargo/registry/index'));
    for (const path of ['.cargo/registry/src', '.cargo/registry/cache', '.cargo/credentials.toml', '.m2'])
      assert.equal(existsSync(join(made, path)), false, path);
    assert.equal(
      await readFile(join(made, '.config/pnpm/rc'), 'utf8'),
      `registry=https://npm.example.com/\nstore-dir=${home}/.local/share/pnpm/store\npackage-import-method=clone-or-copy\n`,
    );
    assert.match(await readFile(join(made, '.yarnrc'), 'utf8'), /^cache-folder ".*\/\.cache\/yarn"\n$/);
    assert.deepEqual(cacheVariables({ HOME: home }), {
      UV_CACHE_DIR: join(home, '.cache/uv'),
      UV_LINK_MODE: 'copy',
      GRADLE_RO_DEP_CACHE: join(home, '.gradle/caches'),
      MAVEN_ARGS: `-Dmaven.repo.local.tail=${home}/.m2/repository`,
    });
  });

  it('shares the cache that Yarn 1 has for root, outside of its home', () => {
    const folders = {
      home: '/root',
      cache: '/root/.cache',
      data: '/root/.local/share',
      shared: '/usr/local/share',
    };
    assert.deepEqual(yarnCaches(folders), [
      '/root/.cache/yarn',
      '/root/Library/Caches/Yarn',
      '/usr/local/share/.cache/yarn',
    ]);
  });

  const caches: [tool: string, folder: string, variable: string][] = [
    ['pip', '.cache/pip', 'PIP_CACHE_DIR'],
    ['golangci-lint', '.cache/golangci-lint', 'GOLANGCI_LINT_CACHE'],
    ['go build', '.cache/go-build', 'GOCACHE'],
    ['npm', '.npm', 'npm_config_cache'],
    ['Go modules', 'go/pkg/mod', 'GOMODCACHE'],
  ];
  for (const [tool, folder, variable] of caches)
    it(`shares the cache of ${tool}`, async () => {
      const home = await person({ [`${folder}/x`]: '' });
      assert.equal(cacheVariables({ HOME: home })[variable], join(home, folder));
      assert.ok(sharedFolders({ HOME: home }).includes(join(home, folder)));
    });
});
