import assert from 'node:assert/strict';
import { type Reason, StageError } from '../../src/domain/reasons.ts';
import type { StageSecrets } from '../../src/runner/stage-context.ts';
import { missingSecret } from '../../src/runner/missing-secret.ts';
import { sampleInput, sampleSession } from '../engine/kubernetes/jobs/samples.ts';

interface Case {
  reason?: Reason;
  message?: string;
  secrets?: StageSecrets;
  secret?: string;
  agent?: string;
  url?: string;
}

function sentence({
  reason = 'CloneFailed',
  message = 'Cloning failed. The credential is missing: set GITHUB_TOKEN.',
  secrets = {},
  secret = 'bgtask-forge',
  agent = 'claude',
  url = 'https://github.com/example-org/app',
}: Case): Promise<string | undefined> {
  const session = sampleSession('chore', {
    agent: { type: agent, run: 'true' },
    repos: [{ input: { url } }],
  });
  const env = { BGTASK_SECRET: secret };
  return missingSecret({
    input: sampleInput(session),
    secrets,
    env,
    error: new StageError(reason, message),
  });
}

const NO_KEY: Case = {
  reason: 'AgentFailed',
  message: 'Claude Code has no key for the model API.',
  secret: 'bgtask-model',
};

const TABLE: Record<string, [Case, RegExp | undefined]> = {
  'a clone without a token': [
    {},
    /kubectl create secret generic bgtask-forge -n \S+ --from-literal=GITHUB_TOKEN=/,
  ],
  'a push without a token': [{ reason: 'PushDenied' }, /bgtask-forge/],
  'a pull request without a token': [
    { reason: 'PullRequestFailed', message: 'No token for app.' },
    /bgtask-forge/,
  ],
  'a model agent without a key': [
    NO_KEY,
    /kubectl create secret generic bgtask-model -n \S+ --from-literal=ANTHROPIC_API_KEY=/,
  ],
  'a token that is refused': [{ secrets: { forgeToken: 'example' } }, undefined],
  'a GitHub App that is refused': [
    { message: 'No token of the GitHub App 7.', secrets: { forgeApp: { id: '7', privateKey: 'example' } } },
    undefined,
  ],
  'a key that is refused': [
    { ...NO_KEY, secrets: { modelKeys: { ANTHROPIC_API_KEY: 'example' } } },
    undefined,
  ],
  'a host that is not reached': [{ message: 'Cloning failed. The host cannot be reached.' }, undefined],
  'a repository over ssh': [{ url: 'git@github.com:example-org/app.git' }, undefined],
  'an agent without a model': [{ ...NO_KEY, agent: 'command' }, undefined],
  'a check that failed': [{ reason: 'ValidationFailed', message: 'Tests failed: no token' }, undefined],
  'a laptop, where no Secret is': [{ secret: '' }, undefined],
};

describe('the Secret that a stage in a pod lacked', () => {
  for (const [what, [given, expected]] of Object.entries(TABLE))
    it(`is ${expected ? '' : 'not '}named for ${what}`, async () => {
      const said = await sentence(given);
      if (expected) assert.match(said ?? '', expected);
      else assert.equal(said, undefined);
    });
});
