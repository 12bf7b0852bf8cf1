import { StageError } from '../../domain/reasons.ts';
import { redactor } from '../../domain/redact.ts';
import type { ForgeContext, ForgeKind, PullRequestDraft, PullRequestRef } from './forge.ts';
import { untilAborted } from '../until-aborted.ts';
import { githubAddress, type GithubAddress } from './github-address.ts';
import { githubClient, type GithubClient, type GithubTiming } from './github-client.ts';
import { explain, isRefusedWith, type Attempt } from './github-errors.ts';
import { addExtras } from './github-extras.ts';
import { readPull, readPulls, type Pull } from './github-pull.ts';
import { githubRecord } from './github-record.ts';
import { fitBody, fitTitle } from './pull-request-text.ts';

/** One forge's hold on one repository. */
interface Session {
  client: GithubClient;
  address: GithubAddress;
  redact(text: string): string;
  log(line: string): void;
  signal: AbortSignal;
}

/** What is asked of GitHub, and the permission that it takes, in the words of GitHub's token page. */
const LOOK = ['look for the pull request', 'pull_requests: read'] as const;
const OPEN = ['open the pull request', 'pull_requests: write'] as const;

/** The GitHub forge with other times than users get. */
export const githubWith = (timing: GithubTiming): ForgeKind => ({
  ...githubRecord,
  /** Throws a StageError when there is no usable token, before anything is sent. */
  create(context, env) {
    const address = githubAddress(context.repository, env);
    const token = usableToken(context, address);
    const redact = redactor([token]);
    const log = (line: string): void => context.log(redact(line));
    const { signal } = context;
    const client = githubClient({ ...timing, apiUrl: address.apiUrl, auth: token, env, log, signal });
    const session: Session = { client, address, redact, log, signal };
    return { name: 'github', open: (draft) => untilAborted(signal, () => open(session, draft)) };
  },
});

/** Pull requests on github.com and GitHub Enterprise; which hosts those are is told in github-address.ts. */
export const github: ForgeKind = githubWith({});

function usableToken(context: ForgeContext, address: GithubAddress): string {
  const token = context.token?.trim() ?? '';
  const repository = `${address.owner}/${address.repo} on ${address.host}`;
  if (token === '') {
    throw new StageError(
      'PullRequestFailed',
      `No token for ${repository}: put GITHUB_TOKEN in the git credential, with "contents: write" and "${OPEN[1]}".`,
    );
  }
  // A header takes no other characters, and the error that says so would quote the token.
  if (/[^\u0021-\u007e]/.test(token)) {
    throw new StageError(
      'PullRequestFailed',
      `GITHUB_TOKEN, meant for ${repository}, holds spaces, line breaks or characters that no token has: store the token alone.`,
    );
  }
  return token;
}

async function open(session: Session, draft: PullRequestDraft): Promise<PullRequestRef> {
  const earlier = await find(session, draft);
  const warnings: string[] = [];
  if (earlier) {
    if (draft.isReplaced && earlier.state === 'open') await rewrite(session, draft, earlier, warnings);
    return settle(session, draft, earlier, { created: false, warnings });
  }
  const made = await create(session, draft, warnings);
  return settle(session, draft, made.pull, { created: made.created, warnings });
}

/** The pull request's reference, after its labels, reviewers and assignees were added; nothing is added to a closed one. */
async function settle(
  session: Session,
  draft: PullRequestDraft,
  pull: Pull,
  { created, warnings }: { created: boolean; warnings: string[] },
): Promise<PullRequestRef> {
  session.log(`Pull request ${created ? 'created' : `found (${pull.state})`}: ${pull.url}`);
  const attempt = attemptOf(session, draft, OPEN[1]);
  if (pull.state === 'open') warnings.push(...(await addExtras(session, pull, draft.options, attempt)));
  const clean = warnings.map((warning) => session.redact(warning));
  return { url: pull.url, createdAt: pull.createdAt, created, warnings: clean };
}

/** The open pull request of the draft's head and base, else the newest closed or merged one that was made for this very commit. */
async function find(
  session: Session,
  draft: PullRequestDraft,
  owner = session.address.owner,
): Promise<Pull | undefined> {
  const { client, address } = session;
  const { branch, base } = draft;
  const pulls = await asked(session, draft, LOOK, async () => {
    const query = { state: 'all', sort: 'created', direction: 'desc', per_page: 100 } as const;
    const head = `${owner}:${branch}`;
    return readPulls(
      (await client.rest.pulls.list({ owner: address.owner, repo: address.repo, head, base, ...query })).data,
    );
  });
  // GitHub ignores a head that it cannot read, and a fork may have a branch of this name.
  const ours = pulls.filter((pull) => pull.branch === branch && pull.base === base && !pull.fork);
  const commit = commitOf(draft.patch);
  return (
    ours.find((pull) => pull.state === 'open') ??
    ours.find((pull) => commit !== undefined && pull.commit === commit)
  );
}

/** The commit's id, from the first line of `git format-patch`. */
const commitOf = (patch: string): string | undefined => /^From ([0-9a-f]{40,64}) /.exec(patch)?.[1];

async function create(
  session: Session,
  draft: PullRequestDraft,
  warnings: string[],
): Promise<{ pull: Pull; created: boolean }> {
  const { client, address } = session;
  const post = async (asDraft: boolean): Promise<Pull> => {
    const text = { title: fitTitle(draft.title), body: fitBody(draft.body) };
    const { owner, repo } = address;
    const { branch: head, base } = draft;
    return readPull(
      (await client.rest.pulls.create({ owner, repo, head, base, ...text, draft: asDraft })).data,
    );
  };
  return asked(session, draft, OPEN, async () => {
    try {
      return { pull: await post(draft.options.draft ?? false), created: true };
    } catch (error) {
      if (isRefusedWith(error, /pull request already exists/i))
        return { pull: await existing(session, draft, error), created: false };
      if (!draft.options.draft || !isRefusedWith(error, /draft pull requests are not supported/i))
        throw error;
    }
    warnings.push(`${nameOf(address)} does not support drafts: the pull request is open for review.`);
    return { pull: await post(false), created: true };
  });
}

/** Gives a pull request the text of the change that its branch has now. */
async function rewrite(
  session: Session,
  draft: PullRequestDraft,
  pull: Pull,
  warnings: string[],
): Promise<void> {
  const { owner, repo } = session.address;
  const text = { title: fitTitle(draft.title), body: fitBody(draft.body) };
  await asked(session, draft, OPEN, () =>
    session.client.rest.pulls.update({ owner, repo, pull_number: pull.number, ...text }),
  );
  if (draft.options.draft && !pull.draft)
    warnings.push('The pull request was open for review before: GitHub does not let it become a draft here.');
}

/** The pull request that GitHub says there is. A repository that moved to another owner lists it under the new one. */
async function existing(session: Session, draft: PullRequestDraft, refusal: unknown): Promise<Pull> {
  const { owner, repo } = session.address;
  const found =
    (await find(session, draft)) ??
    (await find(session, draft, (await session.client.rest.repos.get({ owner, repo })).data.owner.login));
  if (found) return found;
  throw refusal;
}

const nameOf = (address: GithubAddress): string => `${address.owner}/${address.repo}`;

const attemptOf = (
  { address }: Session,
  { branch, base }: PullRequestDraft,
  permission: string,
): Attempt => ({
  repository: nameOf(address),
  apiUrl: address.apiUrl,
  branch,
  base,
  permission,
});

/** Runs a request; its failure is told as a StageError without a cause, since a cause holds the request's headers. */
async function asked<T>(
  session: Session,
  draft: PullRequestDraft,
  [doing, permission]: readonly [string, string],
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof StageError) throw error;
    const { address } = session;
    const reason = explain(error, attemptOf(session, draft, permission));
    throw new StageError(
      'PullRequestFailed',
      session.redact(`Cannot ${doing} in ${nameOf(address)} on ${address.host}: ${reason}`),
    );
  }
}
