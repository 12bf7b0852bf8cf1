import type { PullRequestDraft } from './forge.ts';
import type { GithubAddress } from './github-address.ts';
import type { GithubClient } from './github-client.ts';
import { explain, isRefusal, type Attempt } from './github-errors.ts';
import { readReviewers, type Pull } from './github-pull.ts';

interface Target {
  client: GithubClient;
  address: GithubAddress;
}

/** Something that is added to a pull request after it was opened. */
interface Extra {
  word: string;
  wanted(options: PullRequestDraft['options']): string[] | undefined;
  present(pull: Pull): string[];
  /** Adds them and returns what the pull request has now. */
  add(target: Target, pull: Pull, names: string[]): Promise<string[]>;
}

const EXTRAS: readonly Extra[] = [
  {
    word: 'label',
    wanted: (options) => options.labels,
    present: (pull) => pull.labels,
    async add({ client, address: { owner, repo } }, { number }, labels) {
      const { data } = await client.rest.issues.addLabels({
        owner,
        repo,
        issue_number: number,
        labels,
      });
      return data.map((label) => label.name);
    },
  },
  {
    word: 'reviewer',
    wanted: (options) => options.reviewers?.map((name) => name.replace(/^@/, '')),
    present: (pull) => pull.reviewers,
    async add({ client, address: { owner, repo } }, { number }, names) {
      const reviewers = names.filter((name) => !name.includes('/'));
      const teams = names.filter((name) => name.includes('/')).map((name) => name.replace(/^.*\//, ''));
      const asked = { owner, repo, pull_number: number, reviewers, team_reviewers: teams };
      return readReviewers((await client.rest.pulls.requestReviewers(asked)).data);
    },
  },
  {
    word: 'assignee',
    wanted: (options) => options.assignees?.map((name) => name.replace(/^@/, '')),
    present: (pull) => pull.assignees,
    async add({ client, address: { owner, repo } }, { number }, assignees) {
      const asked = { owner, repo, issue_number: number, assignees };
      const { data } = await client.rest.issues.addAssignees(asked);
      return (data.assignees ?? []).map((user) => user.login);
    },
  },
];

/**
 * Adds the labels, reviewers (a team is `owner/slug`) and assignees that a pull request does not have yet.
 * Returns a sentence for each that GitHub did not take; never throws.
 */
export async function addExtras(
  target: Target,
  pull: Pull,
  options: PullRequestDraft['options'],
  attempt: Attempt,
): Promise<string[]> {
  const warnings: string[] = [];
  for (const extra of EXTRAS) {
    const missing = without(extra.wanted(options) ?? [], extra.present(pull));
    if (missing.length > 0) warnings.push(...(await add(extra, target, pull, { missing, attempt })));
  }
  return warnings;
}

/** Adds all at once; when GitHub refuses the lot for the sake of one, each on its own. */
async function add(
  extra: Extra,
  target: Target,
  pull: Pull,
  { missing, attempt }: { missing: string[]; attempt: Attempt },
): Promise<string[]> {
  try {
    const left = without(missing, await extra.add(target, pull, missing));
    if (left.length === 0) return [];
    return [
      `GitHub did not take the ${extra.word} ${left.join(', ')}: has the account access to ${attempt.repository}?`,
    ];
  } catch (error) {
    if (missing.length === 1 || !isRefusal(error)) {
      return [`Cannot add the ${extra.word} ${missing.join(', ')}: ${explain(error, attempt)}`];
    }
  }
  const warnings: string[] = [];
  for (const one of missing) warnings.push(...(await add(extra, target, pull, { missing: [one], attempt })));
  return warnings;
}

/** The names that the list lacks; GitHub's names know no case. */
function without(names: string[], list: string[]): string[] {
  const lower = new Set(list.map((name) => name.toLowerCase()));
  return [...new Set(names)].filter((name) => !lower.has(name.toLowerCase()));
}
