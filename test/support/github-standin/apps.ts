import { createPublicKey, createVerify, randomBytes } from 'node:crypto';
import { errorAnswer } from './answers.ts';
import type { ApiRequest, Operation } from './description.ts';
import type { Answer } from './handlers.ts';
import { isJson, type Json } from './schema.ts';

type Level = 'read' | 'write';
export type Permissions = Readonly<Record<string, Level>>;

/** A GitHub App, and where it is installed. */
export interface StandInApp {
  id: string;
  /** PEM. */
  publicKey: string;
  installations: { id: number; /** `owner/name` */ repositories: string[]; permissions: Permissions }[];
}

/** A token that an installation gave out. Tests may let it expire. */
export interface Grant {
  token: string;
  installation: number;
  repositories: string[];
  permissions: Permissions;
  expired: boolean;
}

/** The operations that an App asks for as itself, with a JSON web token. */
export const APP_OPERATIONS = ['apps/get-repo-installation', 'apps/create-installation-access-token'];

interface AppCall {
  operation: Operation;
  request: ApiRequest;
  params: Record<string, string>;
  apps: readonly StandInApp[];
  grants: Grant[];
}

const refused = (status: number, message: string): Answer => ({ status, body: errorAnswer(status, message) });
const isLevel = (level: unknown): level is Level => level === 'read' || level === 'write';
const covers = (has: Level | undefined, wanted: Level): boolean => has === 'write' || has === wanted;

const decoded = (part = ''): Json => {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString() || 'null');
  return isJson(value) ? value : {};
};

/** The App whose web token this is; GitHub's words when GitHub would not take it. */
function appOf(authorization: string | undefined, apps: readonly StandInApp[]): StandInApp | string {
  const [head, body, signature] = /^bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1]?.split('.') ?? [];
  if (!head || !body || !signature) return 'A JSON web token could not be decoded';
  const { iss, iat, exp } = decoded(body);
  const app = apps.find(({ id }) => id === String(iss));
  if (!app) return 'Integration not found';
  const signed = createVerify('RSA-SHA256').update(`${head}.${body}`);
  if (decoded(head).alg !== 'RS256' || !signed.verify(createPublicKey(app.publicKey), signature, 'base64url'))
    return 'A JSON web token could not be decoded';
  return lapse(iat, exp) ?? app;
}

/** What GitHub says of a web token's times when it does not take them. */
function lapse(iat: unknown, exp: unknown): string | undefined {
  const now = Date.now() / 1000;
  if (!Number.isInteger(iat) || Number(iat) > now)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  if (!Number.isInteger(exp) || Number(exp) > now + 600)
    return "'Expiration time' claim ('exp') is too far in the future";
  return Number(exp) < now ? "'Expiration time' claim ('exp') must be in the future" : undefined;
}

/** Answers an App that asks as itself. */
export function answerApp(call: AppCall): Answer {
  const app = appOf(call.request.headers.authorization, call.apps);
  if (typeof app === 'string') return refused(401, app);
  return call.operation.id === 'apps/get-repo-installation' ? findInstallation(call, app) : mint(call, app);
}

function findInstallation({ operation, params }: AppCall, app: StandInApp): Answer {
  const name = `${params.owner}/${params.repo}`;
  const found = app.installations.find(({ repositories }) => repositories.includes(name));
  if (!found) return refused(404, 'Not Found');
  const example = operation.example(200);
  return { status: 200, body: { ...(isJson(example) ? example : {}), id: found.id } };
}

function mint({ operation, request, params, grants }: AppCall, app: StandInApp): Answer {
  const installation = app.installations.find(({ id }) => String(id) === params.installation_id);
  if (!installation) return refused(404, 'Not Found');
  const asked = isJson(request.body) ? request.body : {};
  const names = Array.isArray(asked.repositories) ? asked.repositories.map(String) : undefined;
  const reachable = new Map(installation.repositories.map((full) => [full.split('/')[1], full]));
  if (names?.some((name) => !reachable.has(name)))
    return refused(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  const wanted = isJson(asked.permissions) ? asked.permissions : { ...installation.permissions };
  const isGranted = ([name, level]: [string, unknown]): boolean =>
    isLevel(level) && covers(installation.permissions[name], level);
  if (!Object.entries(wanted).every(isGranted))
    return refused(422, 'The permissions requested are not granted to this installation.');
  const grant: Grant = {
    token: `ghs_${randomBytes(18).toString('hex')}`,
    installation: installation.id,
    repositories: names?.map((name) => reachable.get(name) ?? '') ?? installation.repositories,
    permissions: wanted as Permissions,
    expired: false,
  };
  grants.push(grant);
  const example = operation.example(201);
  const { permissions: _p, repositories: _r, ...rest } = isJson(example) ? example : {};
  const expires = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  return { status: 201, body: { ...rest, token: grant.token, expires_at: expires, permissions: wanted } };
}

/** What an operation takes; git's are named as in the log of requests. */
const NEEDS: Record<string, readonly [permission: string, level: Level]> = {
  'git/upload-pack': ['contents', 'read'],
  'git/upload-pack/refs': ['contents', 'read'],
  'git/receive-pack': ['contents', 'write'],
  'git/receive-pack/refs': ['contents', 'write'],
  'repos/get-branch': ['contents', 'read'],
  'pulls/list': ['pull_requests', 'read'],
  'pulls/get': ['pull_requests', 'read'],
  'pulls/create': ['pull_requests', 'write'],
  'pulls/update': ['pull_requests', 'write'],
  'pulls/request-reviewers': ['pull_requests', 'write'],
  'issues/add-labels': ['pull_requests', 'write'],
  'issues/add-assignees': ['pull_requests', 'write'],
};

/** Why a token of an installation may not do this: 401 where it is unknown or old, 404 for another repository, 403 without the permission. */
export function refusalOf(
  grants: readonly Grant[],
  token: string,
  { operation, repository }: { operation: string; repository: string },
): 401 | 403 | 404 | undefined {
  const grant = grants.find((each) => each.token === token && !each.expired);
  if (!grant) return 401;
  if (!grant.repositories.some((name) => name.toLowerCase() === repository.toLowerCase())) return 404;
  const [permission, level] = NEEDS[operation] ?? ['metadata', 'read'];
  return permission === 'metadata' || covers(grant.permissions[permission], level) ? undefined : 403;
}
