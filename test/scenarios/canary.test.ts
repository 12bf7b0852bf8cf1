import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, machine } from '../support/command-line.ts';
import { type Github, startGithub } from '../support/github-standin/start.ts';
import { textsBelow } from '../support/texts-below.ts';
import { SAMPLE } from './sample-app.ts';

const TOKEN = 'canary-forge-0123456789abcdefABCDEF';
const MODEL_KEY = 'canary-model-0123456789abcdefABCDEF';
/** Leaves what the agent can see in a file of the change: its environment, and every environment and command line on this machine that names our Jobs. */
const SPY = `env > spied.txt; for pid in /proc/[0-9]*; do tr '\\0' '\\n' < $pid/cmdline >> spied.txt 2>/dev/null; done; cat .git/config >> spied.txt; git config --list >> spied.txt; cat spied.txt; exit 0`;

const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');

describe('a canary in each credential', () => {
  let github: Github;
  let here: Machine;
  const seenInArguments = new Set<string>();
  let watcher: NodeJS.Timeout;
  before(async () => {
    github = await startGithub({ tokens: [TOKEN] });
    await github.createRepo('example-org', 'app', { files: { ...SAMPLE } });
    here = await machine({
      BGTASK_GITHUB_API_URL: github.apiUrl,
      GITHUB_TOKEN: TOKEN,
      ANTHROPIC_API_KEY: MODEL_KEY,
      SSH_AUTH_SOCK: '/tmp/canary-agent.sock',
    });
    watcher = setInterval(() => {
      for (const pid of readdirSync('/proc')) {
        if (!/^\d+$/.test(pid)) continue;
        try {
          const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
          if (
            words.includes(TOKEN) ||
            words.includes(MODEL_KEY) ||
            words.includes(base64(`x-access-token:${TOKEN}`))
          )
            seenInArguments.add(words);
        } catch {
          // It has ended meanwhile.
        }
      }
    }, 20);
    const check = `env=$(env); echo "$env"; case "$env" in *canary*) exit 1;; esac`;
    const made = await here.bgtask(
      'create',
      'spy',
      '--repo',
      `${github.url}/example-org/app.git`,
      '-m',
      'Look around.',
      '--run',
      SPY,
      '--check',
      `environment=${check}`,
      '--watch',
    );
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /^http.*\/pull\/1$/m);
    await here.settled();
  });
  after(async () => {
    clearInterval(watcher);
    await here?.close();
    await github?.close();
    assert.deepEqual(github.problems, []);
  });

  it('the push and the pull request worked with it', () => {
    assert.equal(github.pulls.length, 1);
    assert.ok(github.requests.some(({ operation }) => operation === 'pulls/create'));
  });

  it('is in no argument of any process', () => assert.deepEqual([...seenInArguments], []));

  it('is in no file of the state folder: objects, logs, archives', () => {
    let looked = 0;
    for (const [path, text] of textsBelow(here.state)) {
      looked += 1;
      for (const canary of [TOKEN, MODEL_KEY, base64(TOKEN), base64(`x-access-token:${TOKEN}`)])
        assert.ok(!text.includes(canary), `${path} holds ${canary}`);
    }
    assert.ok(looked > 3, 'there were files to look at');
  });

  it('is in no part of the pull request and of what was pushed', async () => {
    const [pull] = github.pulls;
    assert.ok(!JSON.stringify(pull).includes('canary-'), JSON.stringify(pull));
    const clone = join(here.folder, 'clone');
    await here.git(
      here.folder,
      '-c',
      `http.extraHeader=Authorization: Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`,
      'clone',
      '--quiet',
      '--branch',
      'background-task-spy',
      `${github.url}/example-org/app.git`,
      clone,
    );
    const spied = readFileSync(join(clone, 'spied.txt'), 'utf8');
    assert.match(spied, /HOME=/, 'the spy did look');
    for (const canary of [TOKEN, MODEL_KEY, 'canary-agent.sock']) assert.ok(!spied.includes(canary), spied);
  });
});
