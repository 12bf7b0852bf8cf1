import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { StageError } from '../../../src/domain/reasons.ts';
import { githubWith } from '../../../src/runner/forges/github.ts';
import type { GithubTiming } from '../../../src/runner/forges/github-client.ts';
import type { Fault } from '../../support/github-standin/faults.ts';
import type { Github } from '../../support/github-standin/start.ts';
import { commitOn, contextOf, draftOf, envOf, freshRepo, patchOf, QUICK, TOKEN } from './fixtures.ts';

/** An error's body as GitHub sends it. */
export const error = (message: string, more: object = {}) => ({
  body: { message, documentation_url: 'https://docs.example.com/rest', ...more },
});

const repos = new WeakMap<Github, ReturnType<typeof push>>();
async function push(github: Github) {
  const repo = await freshRepo(github);
  return { repo, commit: await commitOn(repo, draftOf().branch) };
}
/** A repository with the draft's branch. One for all failures: none of them changes it. */
function pushed(github: Github): ReturnType<typeof push> {
  const made = repos.get(github) ?? push(github);
  repos.set(github, made);
  return made;
}

/** Runs `open` and returns the failure, after looking for the token in all that a person could see of it. */
export async function failure(
  github: Github,
  faults: [operation: string, fault: Fault][] = [],
  {
    timing = {},
    env,
    token = TOKEN,
    base = 'main',
    url,
  }: { timing?: GithubTiming; env?: NodeJS.ProcessEnv; token?: string; base?: string; url?: string } = {},
) {
  const { repo, commit } = await pushed(github);
  for (const [operation, fault] of faults) github.fault(operation, fault);
  const context = contextOf({ repository: url ?? repo.cloneUrl, token });
  const draft = draftOf({ base });
  draft.patch = patchOf(commit);
  const before = github.requests.length;
  const caught: unknown = await (async () => {
    const forge = await githubWith({ ...QUICK, ...timing }).create(context, env ?? envOf(github));
    await forge.open(draft);
  })().catch((thrown: unknown) => thrown);
  assert.ok(caught instanceof StageError, `no StageError but ${inspect(caught)}`);
  assert.equal(caught.reason, 'PullRequestFailed');
  assert.equal(
    inspect([caught, context.lines], { depth: 9, showHidden: true }).includes(TOKEN),
    false,
    'the token is shown',
  );
  assert.ok(caught.message.length < 1500);
  return { message: caught.message, requests: github.requests.slice(before), lines: context.lines };
}
