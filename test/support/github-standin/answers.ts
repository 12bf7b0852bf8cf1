import type { Operation } from './description.ts';
import { isJson, type Json } from './schema.ts';
import type { StandInRepo } from './repositories.ts';

/** A pull request as the stand-in keeps it. Tests may change it, e.g. close it. */
export interface StandInPull {
  number: number;
  owner: string;
  repo: string;
  title: string;
  body: string;
  head: string;
  base: string;
  draft: boolean;
  state: 'open' | 'closed';
  merged: boolean;
  /** The head's commit; follows the branch while the pull request is open. */
  commit: string;
  baseCommit: string;
  labels: string[];
  /** Logins. */
  reviewers: string[];
  /** Slugs. */
  teams: string[];
  assignees: string[];
  createdAt: string;
  /** The page's address. */
  url: string;
}

/** What is asked to fill the examples of the description in. */
export interface Scene {
  url: string;
  apiUrl: string;
  /** Whose the token is. */
  login: string;
}

/** The description's example as an answer of this server about this repository. */
function example(operation: Operation, status: number, scene: Scene, repo: StandInRepo): unknown {
  const name = `${repo.owner}/${repo.name}`;
  const text = JSON.stringify(operation.example(status))
    .replaceAll(/https:\/\/api\.github\.com\/repos\/octocat\/Hello-World/gi, `${scene.apiUrl}/repos/${name}`)
    .replaceAll(/https:\/\/github\.com\/octocat\/Hello-World/gi, `${scene.url}/${name}`)
    .replaceAll('https://api.github.com', scene.apiUrl)
    .replaceAll('https://github.com', scene.url);
  return JSON.parse(text);
}

const object = (value: unknown): Json => {
  if (!isJson(value)) throw new Error("the description's example is not an object");
  return value;
};
const first = (value: unknown): Json => object(Array.isArray(value) ? value[0] : value);

export function repoAnswer(operation: Operation, scene: Scene, repo: StandInRepo): Json {
  const answer = object(example(operation, 200, scene, repo));
  const { source: _source, parent: _parent, template_repository: _template, ...own } = answer;
  return {
    ...named(own, repo),
    language: null,
    archived: repo.archived,
    clone_url: repo.cloneUrl,
    default_branch: 'main',
    permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
  };
}

const named = (answer: Json, { owner, name }: StandInRepo): Json => ({
  ...answer,
  name,
  full_name: `${owner}/${name}`,
  owner: user(answer.owner, owner),
});

const user = (pattern: unknown, login: string): Json => ({ ...object(pattern), login });

export function branchAnswer(
  operation: Operation,
  scene: Scene,
  repo: StandInRepo,
  branch: { name: string; commit: string },
): Json {
  const answer = object(example(operation, 200, scene, repo));
  return {
    ...answer,
    name: branch.name,
    commit: { ...object(answer.commit), sha: branch.commit },
    protected: false,
  };
}

/** A pull request as this operation shows it (the list's are shorter than a single one). */
export function pullAnswer(
  operation: Operation,
  status: number,
  scene: Scene,
  { pull, repo }: { pull: StandInPull; repo: StandInRepo },
): Json {
  const answer = first(example(operation, status, scene, repo));
  const head = side(answer.head, repo, pull.head, pull.commit);
  const base = side(answer.base, repo, pull.base, pull.baseCommit);
  const people = pull.assignees.map((login) => user(answer.user, login));
  const closed = pull.state === 'closed' ? pull.createdAt : null;
  return {
    ...answer,
    number: pull.number,
    html_url: pull.url,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    draft: pull.draft,
    created_at: pull.createdAt,
    updated_at: pull.createdAt,
    closed_at: closed,
    merged_at: pull.merged ? closed : null,
    ...('merged' in answer ? { merged: pull.merged } : {}),
    user: user(answer.user, scene.login),
    head,
    base,
    labels: labelsAnswer(answer.labels, pull),
    assignee: people[0] ?? null,
    assignees: people,
    requested_reviewers: pull.reviewers.map((login) => user(answer.user, login)),
    requested_teams: pull.teams.map((slug) => ({
      ...first(answer.requested_teams),
      slug,
      type: 'organization',
    })),
  };
}

const side = (pattern: unknown, repo: StandInRepo, ref: string, sha: string): Json => {
  const answer = object(pattern);
  return {
    ...answer,
    ref,
    sha,
    label: `${repo.owner}:${ref}`,
    user: user(answer.user, repo.owner),
    repo: named(object(answer.repo), repo),
  };
};

export const labelsAnswer = (pattern: unknown, pull: StandInPull): Json[] =>
  pull.labels.map((name, index) => ({ ...first(pattern), id: index + 1, name }));

/** An issue as the assignees' operation shows it. */
export function issueAnswer(operation: Operation, scene: Scene, repo: StandInRepo, pull: StandInPull): Json {
  const answer = object(example(operation, 201, scene, repo));
  return {
    ...answer,
    number: pull.number,
    title: pull.title,
    html_url: pull.url,
    assignees: pull.assignees.map((login) => user(answer.user, login)),
  };
}

/** An error in GitHub's form. */
export const errorAnswer = (status: number, message: string, errors?: Json[]): Json => ({
  message,
  ...(errors ? { errors } : {}),
  documentation_url: 'https://docs.example.com/rest',
  status: String(status),
});

export const labelExample = (operation: Operation, scene: Scene, repo: StandInRepo): unknown =>
  example(operation, 200, scene, repo);
