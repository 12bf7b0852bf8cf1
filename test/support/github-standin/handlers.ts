import {
  branchAnswer,
  errorAnswer,
  issueAnswer,
  labelExample,
  labelsAnswer,
  pullAnswer,
  repoAnswer,
  type Scene,
  type StandInPull,
} from './answers.ts';
import type { ApiRequest, Operation } from './description.ts';
import { headOf, isAhead, type StandInRepo } from './repositories.ts';
import { isJson, type Json } from './schema.ts';

export interface Answer {
  status: number;
  body: unknown;
}

interface Call {
  operation: Operation;
  request: ApiRequest;
  params: Record<string, string>;
  scene: Scene;
  pulls: StandInPull[];
  repo: StandInRepo;
}

type Handler = (call: Call) => Promise<Answer>;

const refused = (status: number, message: string, errors?: Json[]): Answer => ({
  status,
  body: errorAnswer(status, message, errors),
});
export const notFound = (): Answer => refused(404, 'Not Found');

const ofRepo = ({ pulls, repo }: Call): StandInPull[] =>
  pulls.filter((pull) => pull.owner === repo.owner && pull.repo === repo.name);
const named = (call: Call): StandInPull | undefined =>
  ofRepo(call).find((pull) => pull.number === Number(call.params.pull_number ?? call.params.issue_number));
const field = (call: Call, name: string): unknown =>
  isJson(call.request.body) ? call.request.body[name] : undefined;
const text = (call: Call, name: string): string => {
  const value = field(call, name);
  return typeof value === 'string' ? value : '';
};
const list = (call: Call, name: string): string[] => {
  const value = field(call, name);
  return Array.isArray(value) ? value.map(String) : [];
};
const merge = (old: string[], more: string[]): string[] => [...new Set([...old, ...more])];

async function listPulls(call: Call): Promise<Answer> {
  const {
    state = 'open',
    head = '',
    base,
    direction,
    per_page: size = '30',
    page = '1',
  } = call.request.query;
  const [owner, branch] = head.split(':');
  const found: StandInPull[] = [];
  for (const pull of ofRepo(call)) {
    const wanted = state === 'all' || pull.state === state;
    // As GitHub does, a head without `owner:` does not filter.
    const from = branch === undefined || (owner === call.repo.owner && branch === pull.head);
    if (wanted && from && (base === undefined || base === pull.base)) found.push(await current(call, pull));
  }
  found.sort((a, b) => (direction === 'asc' ? a.number - b.number : b.number - a.number));
  const start = (Number(page) - 1) * Number(size);
  const { operation, scene, repo } = call;
  const shown = found.slice(start, start + Number(size));
  return { status: 200, body: shown.map((pull) => pullAnswer(operation, 200, scene, { pull, repo })) };
}

/** An open pull request's commit is that of its branch, as long as there is one. */
async function current({ repo }: Call, pull: StandInPull): Promise<StandInPull> {
  if (pull.state === 'open') pull.commit = (await headOf(repo, pull.head)) ?? pull.commit;
  return pull;
}

async function createPull(call: Call): Promise<Answer> {
  const { operation, scene, repo, pulls } = call;
  const base = text(call, 'base');
  const [from, to] = text(call, 'head').split(':');
  const head = to ?? from ?? '';
  const [commit, baseCommit] = [await headOf(repo, head), await headOf(repo, base)];
  const invalid = (name: string): Answer =>
    refused(422, 'Validation Failed', [{ resource: 'PullRequest', field: name, code: 'invalid' }]);
  const custom = (message: string): Answer =>
    refused(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
  if (repo.archived) return refused(403, 'Repository was archived so is read-only.');
  if (!commit || (to !== undefined && from !== repo.owner)) return invalid('head');
  if (!baseCommit) return invalid('base');
  if (!(await isAhead(repo, base, head))) return custom(`No commits between ${base} and ${head}`);
  // Nothing is awaited from here on: of two requests at once the second is refused.
  if (ofRepo(call).some((pull) => pull.state === 'open' && pull.head === head && pull.base === base))
    return custom(`A pull request already exists for ${repo.owner}:${head}.`);
  const draft = field(call, 'draft') === true;
  if (draft && !repo.drafts) return refused(422, 'Draft pull requests are not supported in this repository.');
  const [title, body] = [text(call, 'title'), text(call, 'body')];
  if (title === '' || Array.from(title).length > 256)
    return custom('title is too long (maximum is 256 characters)');
  if (Array.from(body).length > 65_536) return custom('body is too long (maximum is 65536 characters)');
  const number = ofRepo(call).length + 1;
  const pull: StandInPull = {
    number,
    owner: repo.owner,
    repo: repo.name,
    title,
    body,
    head,
    base,
    draft,
    commit,
    baseCommit,
    state: 'open',
    merged: false,
    labels: [],
    reviewers: [],
    teams: [],
    assignees: [],
    createdAt: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    url: `${scene.url}/${repo.owner}/${repo.name}/pull/${number}`,
  };
  pulls.push(pull);
  return { status: 201, body: pullAnswer(operation, 201, scene, { pull, repo }) };
}

async function getPull(call: Call): Promise<Answer> {
  const pull = named(call);
  if (!pull) return notFound();
  const { operation, scene, repo } = call;
  return { status: 200, body: pullAnswer(operation, 200, scene, { pull: await current(call, pull), repo }) };
}

async function updatePull(call: Call): Promise<Answer> {
  const pull = named(call);
  if (!pull) return notFound();
  const { operation, scene, repo } = call;
  if (field(call, 'title') !== undefined) pull.title = text(call, 'title');
  if (field(call, 'body') !== undefined) pull.body = text(call, 'body');
  return { status: 200, body: pullAnswer(operation, 200, scene, { pull: await current(call, pull), repo }) };
}

async function requestReviewers(call: Call): Promise<Answer> {
  const pull = named(call);
  if (!pull) return notFound();
  const { operation, scene, repo } = call;
  const users = list(call, 'reviewers');
  if (users.includes(scene.login))
    return refused(422, 'Review cannot be requested from pull request author.');
  if (users.some((login) => repo.collaborators && !repo.collaborators.includes(login))) {
    const name = `${repo.owner}/${repo.name}`;
    return refused(
      422,
      `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${name} repository.`,
    );
  }
  pull.reviewers = merge(pull.reviewers, users);
  pull.teams = merge(pull.teams, list(call, 'team_reviewers'));
  return { status: 201, body: pullAnswer(operation, 201, scene, { pull, repo }) };
}

async function addLabels(call: Call): Promise<Answer> {
  const pull = named(call);
  if (!pull) return notFound();
  const labels = list(call, 'labels');
  const long = labels.find((label) => label.length > 50);
  if (long !== undefined)
    return refused(422, 'Validation Failed', [
      { resource: 'Label', field: 'name', code: 'invalid', value: long },
    ]);
  pull.labels = merge(pull.labels, labels);
  const pattern = labelExample(call.operation, call.scene, call.repo);
  return { status: 200, body: labelsAnswer(pattern, pull) };
}

/** GitHub ignores assignees who have no access. */
async function addAssignees(call: Call): Promise<Answer> {
  const pull = named(call);
  if (!pull) return notFound();
  const { operation, scene, repo } = call;
  const allowed = list(call, 'assignees').filter((login) => repo.collaborators?.includes(login) ?? true);
  pull.assignees = merge(pull.assignees, allowed);
  return { status: 201, body: issueAnswer(operation, scene, repo, pull) };
}

async function getBranch(call: Call): Promise<Answer> {
  const name = call.params.branch ?? '';
  const commit = await headOf(call.repo, name);
  if (!commit) return refused(404, 'Branch not found');
  return { status: 200, body: branchAnswer(call.operation, call.scene, call.repo, { name, commit }) };
}

async function getRepo({ operation, scene, repo }: Call): Promise<Answer> {
  return { status: 200, body: repoAnswer(operation, scene, repo) };
}

/** What the stand-in serves of a repository, by the operation's name in GitHub's description. */
export const HANDLERS: Record<string, Handler> = {
  'pulls/list': listPulls,
  'pulls/create': createPull,
  'pulls/get': getPull,
  'pulls/update': updatePull,
  'pulls/request-reviewers': requestReviewers,
  'issues/add-labels': addLabels,
  'issues/add-assignees': addAssignees,
  'repos/get': getRepo,
  'repos/get-branch': getBranch,
};

export function userAnswer(operation: Operation, scene: Scene): Answer {
  const example = operation.example(200);
  return { status: 200, body: { ...(isJson(example) ? example : {}), login: scene.login } };
}
