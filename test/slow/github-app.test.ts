import assert from 'node:assert/strict';
import { type Machine, machine } from '../support/command-line.ts';
import { APP_ID, appKeys, appOn } from '../support/github-app-keys.ts';
import type { StandInRepo } from '../support/github-standin/repositories.ts';
import { type Github, startGithub } from '../support/github-standin/start.ts';
import { textsBelow } from '../support/texts-below.ts';
import { SAMPLE } from '../scenarios/sample-app.ts';

const keys = appKeys();

/** What a publication needs; the clone stage looks whether there would be such a token. */
const PUBLISH = { contents: 'write', pull_requests: 'write' };

describe('a task on this machine with a GitHub App in the environment', () => {
  let github: Github;
  let here: Machine;
  let repo: StandInRepo;
  before(async () => {
    github = await startGithub({ tokens: [], apps: [appOn(keys, ['example-org/app'])] });
    repo = await github.createRepo('example-org', 'app', { files: { ...SAMPLE } });
    here = await machine({
      BGTASK_GITHUB_API_URL: github.apiUrl,
      GITHUB_APP_ID: APP_ID,
      // On one line, as variables often must be.
      GITHUB_APP_PRIVATE_KEY: keys.privateKey.replaceAll('\n', String.raw`\n`),
    });
  });
  after(async () => {
    await here?.close();
    await github?.close();
  });

  it('is cloned, pushed and proposed by the App', async () => {
    // Into a file that is tracked: what the agent could see.
    const run = '(env; cat .git/config) > package.json.seen; mv package.json.seen CHANGES.md';
    await here.ok('create', 'by-app', '--repo', repo.cloneUrl, '-m', 'Change it.', '--run', run, '--watch');
    const [pull, ...more] = github.pulls;
    assert.deepEqual(more, []);
    assert.equal(pull?.head, 'background-task-by-app');
    assert.deepEqual(
      github.grants.map(({ permissions }) => permissions),
      [{ contents: 'read' }, PUBLISH, PUBLISH],
    );
    assert.deepEqual(github.problems, []);
  });

  it('left neither key nor token in the state folder, the change or the pull request', async () => {
    await here.settled();
    const sought = [
      ...keys.privateKey.split('\n').filter((line) => line.length > 20 && !line.startsWith('---')),
      ...github.grants.map(({ token }) => token),
    ];
    const texts = [...textsBelow(here.state), ['the pull request', JSON.stringify(github.pulls)] as const];
    assert.ok(texts.length > 3);
    for (const [path, text] of texts)
      for (const secret of sought) assert.ok(!text.includes(secret), `${path} holds a secret`);
    const change = await here.git(repo.directory, 'show', 'background-task-by-app:CHANGES.md');
    assert.match(change, /PATH=/);
    for (const secret of [...sought, 'GITHUB_APP_PRIVATE_KEY']) assert.ok(!change.includes(secret));
  });
});
