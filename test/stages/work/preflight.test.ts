import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionSpec } from '../../../src/api/types.ts';
import { Job } from '../../support/stage/job.ts';
import { type Content, makeRemote } from '../../support/stage/remote.ts';

interface Case {
  what: string;
  files: Record<string, Content>;
  checks?: SessionSpec['checks'];
  reason: 'EnvironmentNotReady' | 'CheckNotRunnable';
  says: RegExp;
}

const pkg = (scripts: Record<string, string>, more = {}): string =>
  JSON.stringify({ name: 'sample', version: '1.0.0', scripts, ...more });
const LOCK = JSON.stringify({
  name: 'sample',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'sample', version: '1.0.0' } },
});
const node = { 'package.json': pkg({ test: 'node -e 0' }), '.gitignore': 'node_modules/\n' };
const named = (run: string): SessionSpec['checks'] => [{ name: 'mine', run }];

const CASES: Case[] = [
  {
    what: 'a lock file that disagrees with package.json',
    files: {
      'package.json': pkg({ test: 'node -e 0' }, { dependencies: { padding: 'file:./padding' } }),
      'padding/package.json': JSON.stringify({ name: 'padding', version: '1.0.0' }),
      'package-lock.json': LOCK,
    },
    reason: 'EnvironmentNotReady',
    says: /^Installing dependencies failed on the base: npm ci.* exited with code 1: .*padding.*The agent was not run/,
  },
  {
    what: 'an install command that fails',
    files: { '.bgtask.yaml': "install: 'echo no network >&2; exit 7'\nchecks: []\n" },
    reason: 'EnvironmentNotReady',
    says: /exited with code 7: no network/,
  },
  {
    what: 'a package manager that is not installed',
    files: {
      'package.json': pkg({ test: 'node -e 0' }),
      '.bgtask.yaml': "install: 'no-such-manager install'\nchecks: []\n",
    },
    reason: 'EnvironmentNotReady',
    says: /^no-such-manager is not installed, and no-such-manager install needs it \(\.bgtask\.yaml install\)/,
  },
  {
    what: 'a named check with an unknown script',
    files: node,
    checks: named('npm run tset'),
    reason: 'CheckNotRunnable',
    says: /^package\.json has no script "tset", which npm run tset runs\. .*--check/,
  },
  {
    what: 'a named check whose program is missing',
    files: node,
    checks: named('nosuchtool run'),
    reason: 'CheckNotRunnable',
    says: /^nosuchtool is not installed/,
  },
  {
    what: 'a name with a space before a named check: the whole is its command',
    files: node,
    checks: named('my check=test -f README.md'),
    reason: 'CheckNotRunnable',
    says: /^my is not installed/,
  },
  {
    what: 'a named check that is not valid shell',
    files: node,
    checks: named('npm test &&'),
    reason: 'CheckNotRunnable',
    says: /^The check "mine" is not valid shell: npm test &&\./,
  },
  {
    what: 'a wrapper that cannot fetch its tool',
    files: {
      '.bgtask.yaml': 'checks: [{ name: test, run: ./gradlew test, kind: test }]\n',
      gradlew: {
        mode: '100755',
        text: '#!/bin/sh\necho "java.net.UnknownHostException: services" >&2\nexit 1\n',
      },
    },
    reason: 'CheckNotRunnable',
    says: /java is not installed|^\.\/gradlew cannot start: java\.net\.UnknownHostException: services\. The agent was not run/,
  },
  {
    what: 'a script whose program is missing',
    files: { ...node, 'package.json': pkg({ test: 'no-such-runner --all' }) },
    reason: 'CheckNotRunnable',
    says: /^no-such-runner is not installed, which the script "test" of package\.json runs/,
  },
];

describe('the preflight of a task', () => {
  for (const { what, files, checks, reason, says } of CASES)
    it(`ends the task before the agent for ${what}`, async () => {
      const remote = await makeRemote({ 'README.md': 'A sample.\n', ...files });
      const one = new Job({ remote, agent: 'touch ../agent-ran', spec: { checks } });
      await one.run('clone');
      const failure = await one.fails('work');
      assert.equal(failure.reason, reason, failure.message);
      assert.match(failure.message, says);
      assert.equal(existsSync(join(one.dir, 'workspace/agent-ran')), false, 'the agent ran');
    });

  it('does not end the task for an absent program of another ecosystem: the change is proved without it, which is said', async () => {
    const workflow =
      'on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n      - run: no-such-tool test --all\n';
    const remote = await makeRemote({ ...node, '.github/workflows/ci.yml': workflow });
    const one = new Job({ remote, agent: 'echo x > a.txt' });
    await one.run('clone');
    const report = await one.run('work');
    assert.match(
      one.log,
      /Cannot run test here: no-such-tool test --all .*\. no-such-tool is not installed\./,
    );
    assert.equal(report.verdict?.reason, 'ChecksPassed');
    assert.match(report.verdict.message, /did not run: no-such-tool is not installed\.$/);
    assert.deepEqual(report.checks?.map(({ result }) => result).toSorted(), ['passed', 'skipped']);
  });

  it('tells a check that can start on neither side from one that fails', async () => {
    const remote = await makeRemote({
      '.bgtask.yaml': "install: ''\nchecks: [{ name: test, run: ./run.sh, kind: test }]\n".replace(
        "install: ''\n",
        '',
      ),
      'run.sh': { mode: '100755', text: '#!/bin/sh\nno-such-program\n' },
    });
    const one = new Job({ remote, agent: 'echo x > a.txt' });
    await one.run('clone');
    const failure = await one.fails('work');
    assert.equal(failure.reason, 'CheckNotRunnable');
    assert.match(
      failure.message,
      /^\.\/run\.sh cannot start \(exit code 127\), on the base neither: .*no-such-program/,
    );
  });
});
