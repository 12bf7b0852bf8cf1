import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StandInPull } from './answers.ts';
import { APP_OPERATIONS, type Grant, type StandInApp } from './apps.ts';
import { describe, type Operation } from './description.ts';
import { faults, type Fault } from './faults.ts';
import { HANDLERS } from './handlers.ts';
import { makeBare, type RepoOptions, type StandInRepo } from './repositories.ts';
import { serve, type SeenRequest, type World } from './server.ts';

export interface GithubOptions {
  /** Tokens that are good for everything. */
  tokens: string[];
  /** GitHub Apps; what they give out is good for what it was asked for. */
  apps?: StandInApp[];
  /** Where to listen: loopback and a free port by default. */
  host?: string;
  port?: number;
  /** The address under which others reach it, without a slash at the end; by default that of where it listens. */
  publicUrl?: string;
  /** Whose the tokens are. */
  login?: string;
}

export interface Github {
  /** Repositories are at `<url>/<owner>/<name>.git`. */
  url: string;
  /** Where it listens, whatever its address is for others. */
  port: number;
  /** For BGTASK_GITHUB_API_URL. */
  apiUrl: string;
  createRepo(owner: string, name: string, options?: RepoOptions): Promise<StandInRepo>;
  /** All pull requests of all repositories, oldest first. */
  pulls: StandInPull[];
  /** The tokens that Apps were given, oldest first. */
  grants: Grant[];
  /** All requests, oldest first, with their credentials. */
  requests: SeenRequest[];
  /** Makes an operation fail: `pulls/create` and the like, `git/receive-pack/refs` for the start of a push. */
  fault(operation: string, fault: Fault): void;
  /** Forgets the faults that did not happen yet. */
  clearFaults(): void;
  /** Requests and answers that GitHub's description does not allow. A test that used the stand-in asserts that there are none. */
  problems: string[];
  close(): Promise<void>;
}

/** The operations of GitHub's API that the stand-in answers. */
export const OPERATIONS = [...Object.keys(HANDLERS), ...APP_OPERATIONS, 'users/get-authenticated'];
let described: Promise<Operation[]> | undefined;

/**
 * Starts a stand-in for GitHub: the part of its REST API that bgtask uses, under `/api/v3`, and git over HTTP. Every request and
 * every answer is checked against GitHub's own description of its API.
 */
export async function startGithub(options: GithubOptions): Promise<Github> {
  described ??= describe(OPERATIONS);
  const operations = await described;
  const root = await mkdtemp(join(tmpdir(), 'github-stand-in-'));
  const scene = { url: '', apiUrl: '', login: options.login ?? 'example-bot' };
  const world: World = {
    scene,
    root,
    operations,
    tokens: options.tokens,
    apps: options.apps ?? [],
    grants: [],
    faults: faults(),
    repos: [],
    pulls: [],
    requests: [],
    problems: [],
  };
  const host = options.host ?? '127.0.0.1';
  const server = createServer((request, response) => void serve(world, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  scene.url = options.publicUrl ?? `http://${host}:${port}`;
  scene.apiUrl = `${scene.url}/api/v3`;

  return {
    url: scene.url,
    port,
    apiUrl: scene.apiUrl,
    pulls: world.pulls,
    grants: world.grants,
    requests: world.requests,
    problems: world.problems,
    fault: (operation, fault) => world.faults.add(operation, fault),
    clearFaults: () => world.faults.clear(),
    async createRepo(owner, name, { files, drafts = true, archived = false, collaborators } = {}) {
      const directory = await makeBare(root, [owner, name], files);
      const cloneUrl = `${scene.url}/${owner}/${name}.git`;
      const repo = { owner, name, directory, cloneUrl, drafts, archived, collaborators };
      world.repos.push(repo);
      return repo;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await rm(root, { recursive: true, force: true });
    },
  };
}
