/** What bgtask reads of a pull request. */
export interface Pull {
  number: number;
  url: string;
  /** RFC 3339. */
  createdAt: string;
  state: 'open' | 'closed';
  draft: boolean;
  branch: string;
  base: string;
  commit: string;
  /** True when the branch is in another repository than the base. */
  fork: boolean;
  labels: string[];
  /** Logins, and teams as `owner/slug`. */
  reviewers: string[];
  assignees: string[];
}

interface RepositoryAnswer {
  full_name: string;
  owner: { login: string };
}

/** The fields of GitHub's answers that are read, from the list and from a single pull request. */
export interface PullAnswer {
  number: number;
  html_url: string;
  created_at: string;
  state: string;
  draft?: boolean;
  head: { ref: string; sha: string; repo: RepositoryAnswer | null };
  base: { ref: string; repo: RepositoryAnswer };
  labels: { name?: string }[];
  assignees?: { login: string }[] | null;
  requested_reviewers?: { login: string }[] | null;
  requested_teams?: { slug: string }[] | null;
}

/** Reads the answer to a request for one pull request. Throws if it is not a pull request, as behind a wrong address. */
export function readPull(answer: PullAnswer): Pull {
  if (!isPull(answer)) throw notGithub();
  const { head, base } = answer;
  return {
    number: answer.number,
    url: answer.html_url,
    createdAt: new Date(answer.created_at).toISOString(),
    state: answer.state === 'open' ? 'open' : 'closed',
    draft: answer.draft === true,
    branch: head.ref,
    base: base.ref,
    commit: head.sha,
    fork: head.repo?.full_name !== base.repo.full_name,
    labels: answer.labels.map((label) => label.name ?? ''),
    reviewers: readReviewers(answer),
    assignees: (answer.assignees ?? []).map((user) => user.login),
  };
}

/** Reads the answer to a request for a list of pull requests; throws as readPull does. */
export function readPulls(answer: PullAnswer[]): Pull[] {
  if (!Array.isArray(answer)) throw notGithub();
  return answer.map(readPull);
}

/** Logins and `owner/slug` of everyone who is asked for a review. */
export function readReviewers({
  requested_reviewers: users,
  requested_teams: teams,
  base,
}: PullAnswer): string[] {
  const slugs = (teams ?? []).map((team) => `${base.repo.owner.login}/${team.slug}`);
  return [...(users ?? []).map((user) => user.login), ...slugs];
}

/** The types are those of the client; the answer comes from the network. */
function isPull(answer: PullAnswer | string | null | undefined): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const { number, html_url: url, created_at: created, head, base } = answer;
  return (
    Number.isInteger(number) &&
    // It is printed, alone on its line, for scripts.
    /^https?:\/\/[!-~]+$/.test(url) &&
    !Number.isNaN(Date.parse(created)) &&
    typeof head?.ref === 'string' &&
    typeof base?.repo?.full_name === 'string' &&
    Array.isArray(answer.labels)
  );
}

const notGithub = (): Error =>
  new Error('the answer is not that of a GitHub API; is the address that of a proxy or a sign-in page?');
