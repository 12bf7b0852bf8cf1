import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { errorAnswer, type Scene, type StandInPull } from './answers.ts';
import { answerApp, APP_OPERATIONS, type Grant, refusalOf, type StandInApp } from './apps.ts';
import type { ApiRequest, Operation } from './description.ts';
import type { Fault, Faults } from './faults.ts';
import { serveGit } from './git-backend.ts';
import { HANDLERS, notFound, userAnswer, type Answer } from './handlers.ts';
import type { StandInRepo } from './repositories.ts';
import { isJson } from './schema.ts';

/** Everything that the stand-in knows while it runs. */
export interface World {
  scene: Scene;
  /** The folder of the bare repositories. */
  root: string;
  tokens: string[];
  apps: StandInApp[];
  grants: Grant[];
  operations: Operation[];
  repos: StandInRepo[];
  pulls: StandInPull[];
  requests: SeenRequest[];
  problems: string[];
  faults: Faults;
}

/** A request as it came. */
export interface SeenRequest extends ApiRequest {
  /** The operation's name in GitHub's description, or `git/upload-pack`, `git/receive-pack` and the same with `/refs`. */
  operation: string;
  method: string;
}

const API = '/api/v3';
const GIT = /^\/([\w-]+)\/([\w.-]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Answers one request; whatever is wrong with it or with the answer is a problem, and a 500. */
export async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stand-in.example.com');
  try {
    if (url.pathname.startsWith(`${API}/`)) await serveApi(world, request, response, url);
    else if (GIT.test(url.pathname)) await serveRepository(world, request, response, url);
    else fail(world, response, `nothing is served at ${url.pathname}`);
  } catch (error) {
    fail(world, response, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function fail(world: World, response: ServerResponse, ...problems: string[]): void {
  world.problems.push(...problems);
  send(response, { status: 500, body: errorAnswer(500, `The stand-in objects: ${problems.join('; ')}`) });
}

async function serveApi(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const body = await text(request);
  const seen = {
    method: request.method ?? 'GET',
    pathname: url.pathname.slice(API.length),
    query: Object.fromEntries(url.searchParams),
    headers: plain(request),
    body: body === '' ? undefined : parsed(body),
  };
  const operation = world.operations.find((one) => one.method === seen.method && one.match(seen.pathname));
  if (!operation) return fail(world, response, `${seen.method} ${seen.pathname} is not served`);
  world.requests.push({ ...seen, operation: operation.id });
  const params = operation.match(seen.pathname) ?? {};
  const problems = operation.checkRequest(seen, params);
  if (problems.length > 0) return fail(world, response, ...problems);

  const fault = world.faults.take(operation.id);
  const early = fault && !fault.after ? undefined : await answer(world, operation, seen, params);
  if (fault) return suffer(world, operation, response, fault);
  if (!early) return fail(world, response, `${operation.id} has no answer`);
  return answerChecked(world, operation, response, early);
}

async function answer(
  world: World,
  operation: Operation,
  request: ApiRequest,
  params: Record<string, string>,
): Promise<Answer> {
  const { scene, repos, pulls, apps, grants } = world;
  if (APP_OPERATIONS.includes(operation.id)) return answerApp({ operation, request, params, apps, grants });
  const token = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const refusal = refusalFor(world, token, operation.id, `${params.owner}/${params.repo}`);
  if (refusal === 401)
    return { status: 401, body: errorAnswer(401, token ? 'Bad credentials' : 'Requires authentication') };
  if (refusal === 403)
    return { status: 403, body: errorAnswer(403, 'Resource not accessible by integration') };
  if (refusal === 404) return notFound();
  if (operation.id === 'users/get-authenticated') return userAnswer(operation, scene);
  const repo = findRepo(repos, params.owner ?? '', params.repo ?? '');
  if (!repo) return notFound();
  return (await HANDLERS[operation.id]?.({ operation, request, params, scene, pulls, repo })) ?? notFound();
}

/** Why a token may not do this; a token of a person may do everything. */
const refusalFor = (
  { tokens, grants }: World,
  token: string | undefined,
  operation: string,
  repository: string,
) => {
  if (token === undefined) return 401;
  return tokens.includes(token) ? undefined : refusalOf(grants, token, { operation, repository });
};

/** GitHub's names know no case. */
const findRepo = (repos: StandInRepo[], owner: string, name: string): StandInRepo | undefined =>
  repos.find((repo) => `${repo.owner}/${repo.name}`.toLowerCase() === `${owner}/${name}`.toLowerCase());

async function serveRepository(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const [, owner = '', name = '', rest = ''] = GIT.exec(url.pathname) ?? [];
  const operation = gitOperation(rest, url);
  const { pathname } = url;
  const query = Object.fromEntries(url.searchParams);
  const seen = { operation, method: request.method ?? 'GET', pathname, query, headers: plain(request) };
  world.requests.push({ ...seen, body: undefined });
  const fault = world.faults.take(operation);
  if (fault) return suffer(world, undefined, response, fault);

  const password = passwordOf(request);
  const refusal = refusalFor(world, password, operation, `${owner}/${name}`);
  if (refusal === 403) return plainly(response, 403, 'Write access to repository not granted.');
  if (refusal === 404) return plainly(response, 404, 'Repository not found.');
  if (refusal === 401) {
    response.setHeader('www-authenticate', 'Basic realm="GitHub"');
    return plainly(response, 401, password ? 'Invalid username or token.' : 'Authentication required.');
  }
  const repo = findRepo(world.repos, owner, name);
  if (!repo) return plainly(response, 404, 'Repository not found.');
  const path = `/${repo.owner}/${repo.name}.git/${rest}`;
  return serveGit(request, response, {
    root: world.root,
    pathname: path,
    search: url.search,
    user: world.scene.login,
  });
}

function gitOperation(rest: string, url: URL): string {
  const refs = rest === 'info/refs';
  const service = refs ? (url.searchParams.get('service') ?? 'git-upload-pack') : rest;
  return `${service.replace('git-', 'git/')}${refs ? '/refs' : ''}`;
}

/** The password of Basic authentication, which is a token; any user goes. */
function passwordOf(request: IncomingMessage): string | undefined {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return (
    basic &&
    Buffer.from(basic, 'base64')
      .toString()
      .replace(/^[^:]*:/, '')
  );
}

/** Does what the fault says, in place of an answer. */
function suffer(
  world: World,
  operation: Operation | undefined,
  response: ServerResponse,
  fault: Fault,
): void {
  if (fault.hang === 'answer') return;
  if (fault.status === undefined && !fault.hang) {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status = 200, body, headers = {} } = fault;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (fault.hang === 'body') {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"number":');
    return;
  }
  if (typeof body === 'string') return plainly(response, status, body);
  const given = body ?? errorAnswer(status, `Status ${status}`);
  answerChecked(world, operation, response, { status, body: given });
}

function answerChecked(
  world: World,
  operation: Operation | undefined,
  response: ServerResponse,
  answer: Answer,
): void {
  const mistakes = operation?.checkAnswer(answer.status, answer.body) ?? [];
  if (mistakes.length > 0) fail(world, response, ...mistakes);
  else send(response, answer);
}

/** Sends JSON with the headers that GitHub sends with every answer. */
function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const usual = {
    'content-type': 'application/json; charset=utf-8',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': randomUUID(),
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-used': '1',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
    'x-ratelimit-resource': 'core',
  };
  for (const [name, value] of Object.entries(usual))
    if (!response.hasHeader(name)) response.setHeader(name, value);
  response.writeHead(status);
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function plainly(response: ServerResponse, status: number, body: string): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.writeHead(status);
  response.end(body);
}

const plain = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));

function parsed(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return isJson(value) || Array.isArray(value) ? value : body;
  } catch {
    return body;
  }
}
