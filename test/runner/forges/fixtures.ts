import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ForgeContext, PullRequestDraft } from '../../../src/runner/forges/forge.ts';
import { githubWith } from '../../../src/runner/forges/github.ts';
import type { GithubTiming } from '../../../src/runner/forges/github-client.ts';
import { git, type StandInRepo } from '../../support/github-standin/repositories.ts';
import { startGithub, type Github, type GithubOptions } from '../../support/github-standin/start.ts';

/** Obviously no token of anyone; what the canary tests look for. */
export const TOKEN = 'example-canary-token-0123456789';

type Group = NonNullable<GithubTiming['throttle']>['write'];
const unspaced = {
  key: () => ({
    schedule: (_options: object, run: (...args: unknown[]) => Promise<unknown>, ...args: unknown[]) =>
      run(...args),
  }),
} as unknown as Group;

/** Waits of milliseconds where users get seconds, and no pause between writes. */
export const QUICK: GithubTiming = { second: 1, throttle: { write: unspaced, notifications: unspaced } };
export const quick = githubWith(QUICK);

export const draftOf = (change: Partial<PullRequestDraft> = {}): PullRequestDraft => ({
  branch: 'background-task-upgrade',
  base: 'main',
  title: '[Background Task] upgrade: lodash 4.17.21',
  body: 'Automated changes from background task\n\nTask: upgrade',
  options: {},
  patch: 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\nSubject: [PATCH] upgrade\n',
  ...change,
});

/** A folder that is gone after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bgtask-forge-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Recorded extends ForgeContext {
  lines: string[];
}

export function contextOf(change: Partial<ForgeContext> = {}): Recorded {
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const { signal } = new AbortController();
  const context = { repository: '', task: 'upgrade', token: TOKEN, outputDir: '/nonexistent', log, signal };
  return { ...context, ...change, lines };
}

/** A commit on the branch's tip, or on main's for a new branch; returns its id. */
export async function commitOn(repo: StandInRepo, branch: string): Promise<string> {
  const { directory } = repo;
  const parent = await git(directory, 'rev-parse', '--verify', branch).catch(() => 'main');
  const author = ['-c', 'user.name=Example', '-c', 'user.email=dev@example.com'];
  const tree = ['commit-tree', '-p', parent, '-m', `Change on ${branch}`, 'main^{tree}'];
  const commit = await git(directory, ...author, ...tree);
  await git(directory, 'update-ref', `refs/heads/${branch}`, commit);
  return commit;
}

export const patchOf = (commit: string): string =>
  `From ${commit} Mon Sep 17 00:00:00 2001\nSubject: [PATCH] change\n`;

/** What finds the stand-in as GitHub. */
export const envOf = (github: Github): NodeJS.ProcessEnv => ({ BGTASK_GITHUB_API_URL: github.apiUrl });

/** A stand-in for a whole test file, which demands that nothing contradicted GitHub's description. */
export function standIn(options: Partial<GithubOptions> = {}): () => Github {
  let github: Github | undefined;
  const get = (): Github => {
    if (!github) throw new Error('the stand-in is not started');
    return github;
  };
  before(async () => {
    github = await startGithub({ tokens: [TOKEN], ...options });
  });
  afterEach('every request and answer is as GitHub describes it', () => {
    get().clearFaults();
    const problems = get().problems.splice(0);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  after(() => github?.close());
  return get;
}

let count = 0;
/** A repository of its own for a test, with a commit on main. */
export const freshRepo = (
  github: Github,
  options: Parameters<Github['createRepo']>[2] = {},
): Promise<StandInRepo> =>
  github.createRepo('example-org', `app-${++count}`, { files: { 'README.md': 'Example\n' }, ...options });
