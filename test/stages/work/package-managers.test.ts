import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from '../../support/stage/job.ts';
import { type Content, makeRemote, tempFolder } from '../../support/stage/remote.ts';

const PATH = process.env['PATH'] ?? '';

/** PATH without a program: of folders that have it, all other programs are linked. */
const without = (program: string): string =>
  PATH.split(':')
    .map((folder) => {
      if (!existsSync(join(folder, program))) return folder;
      const links = join(tempFolder(), 'bin');
      mkdirSync(links);
      for (const name of readdirSync(folder))
        if (name !== program) symlinkSync(join(folder, name), join(links, name));
      return links;
    })
    .join(':');

/** PATH with a program of this name first, which prints its version, or says this and fails. */
function having(program: string, version: string, says: string): string {
  const folder = tempFolder();
  const text = `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; exit 0; fi\ncat <<'END'\n${says}\nEND\nexit 1\n`;
  writeFileSync(join(folder, program), text, { mode: 0o755 });
  return `${folder}:${PATH}`;
}

const pkg = (more: object): string =>
  JSON.stringify({ name: 'sample', version: '1.0.0', scripts: { test: 'node -e 0' }, ...more });
const pnpm = {
  'package.json': pkg({ packageManager: 'pnpm@9.1.0' }),
  'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
};
const yarn = { 'yarn.lock': '# yarn lockfile v1\n' };
const job = (run: string): string =>
  `on: [pull_request]\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps: [{ run: '${run}' }]\n`;

const LOCKFILE =
  ' ERR_PNPM_LOCKFILE_BREAKING_CHANGE  Lockfile pnpm-lock.yaml not compatible with current pnpm';
const ENGINE =
  'error sample@1.0.0: The engine "node" is incompatible with this module. Expected version ">=99". Got "20.19.0"\nerror Found incompatible module.';

interface Case {
  what: string;
  files: Record<string, Content>;
  path: () => string;
  reason: 'EnvironmentNotReady' | 'CheckNotRunnable';
  says: RegExp;
  never?: RegExp;
}

const CASES: Case[] = [
  {
    what: 'pnpm that is not installed, with the version that package.json asks for',
    files: pnpm,
    path: () => without('pnpm'),
    reason: 'EnvironmentNotReady',
    says: /^pnpm is not installed, and pnpm install --frozen-lockfile needs it \(package\.json packageManager pnpm@9\.1\.0; pnpm-lock\.yaml\)\. Install pnpm as package\.json asks: npm install --global pnpm@9\.1\.0\. The agent was not run\./,
  },
  {
    what: 'Bundler that is not installed',
    files: { Gemfile: "source 'https://gems.example.com'\ngem 'rake'\n", Rakefile: '', 'test/a_test.rb': '' },
    path: () => without('bundle'),
    reason: 'EnvironmentNotReady',
    says: /^bundle is not installed, and bundle config .* needs it \(Gemfile\)\. Install Bundler with gem install bundler\. The agent was not run\./,
  },
  {
    what: 'pipx that is not installed, which runs the tests',
    files: { 'noxfile.py': '', 'pyproject.toml': '[project]\nname="m"\nversion="0"\n', '.github/workflows/ci.yml': job('pipx run nox -s tests') },
    path: () => without('pipx'),
    reason: 'CheckNotRunnable',
    says: /^pipx is not installed, and pipx run nox -s tests needs it \(.*ci\.yml:5 runs it\)\. Install pipx from https:\/\/pipx\.pypa\.io\. The agent was not run\./,
  },
  {
    what: 'engines above the installed Node, with Yarn 1',
    files: { ...yarn, 'package.json': pkg({ engines: { node: '>=99' } }) },
    path: () => having('yarn', '1.22.22', ENGINE),
    reason: 'EnvironmentNotReady',
    says: /^Installing dependencies failed on the base: yarn install --frozen-lockfile exited with code 1: .*The engine "node" is incompatible with this module\. Expected version ">=99"\. .*The agent was not run\./,
    never: /is installed, but/,
  },
  {
    what: 'another major version of pnpm, with the way out',
    files: pnpm,
    path: () => having('pnpm', '7.33.6', LOCKFILE),
    reason: 'EnvironmentNotReady',
    says: /exited with code 1: ERR_PNPM_LOCKFILE_BREAKING_CHANGE .*\. pnpm 7\.33\.6 is installed, but package\.json asks for pnpm@9\.1\.0: npm install --global pnpm@9\.1\.0 \(on a cluster in an image, --image\)\. The agent was not run\./,
  },
  {
    what: 'another major version of Yarn, with the way out',
    files: { ...yarn, 'package.json': pkg({ packageManager: 'yarn@4.5.0' }) },
    path: () => having('yarn', '1.22.22', 'error This project defines "packageManager": "yarn@4.5.0".'),
    reason: 'EnvironmentNotReady',
    says: /yarn 1\.22\.22 is installed, but package\.json asks for yarn@4\.5\.0: npm install --global @yarnpkg\/cli-dist@4\.5\.0/,
  },
  {
    what: 'pnpm of the major version that package.json asks for, which fails for something else',
    files: pnpm,
    path: () => having('pnpm', '9.15.4', ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile"'),
    reason: 'EnvironmentNotReady',
    says: /ERR_PNPM_OUTDATED_LOCKFILE .*\. The agent was not run\./,
    never: /is installed, but/,
  },
]; // prettier-ignore

describe('package managers that cannot install', () => {
  for (const { what, files, path, reason, says, never } of CASES)
    it(`end the task before the agent: ${what}`, async () => {
      const remote = await makeRemote({ 'README.md': 'A sample.\n', ...files });
      const one = new Job({ remote, agent: 'touch ../agent-ran', env: { PATH: path() } });
      await one.run('clone');
      const failure = await one.fails('work');
      assert.equal(failure.reason, reason, failure.message);
      assert.match(failure.message, says);
      if (never) assert.doesNotMatch(failure.message, never);
      assert.equal(existsSync(join(one.dir, 'workspace/agent-ran')), false, 'the agent ran');
    });
});
