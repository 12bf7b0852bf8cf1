import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { serveGit } from './github-standin/git-backend.ts';
import { type Content, makeRemote, tempFolder } from './stage/remote.ts';

export const oidOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** The pointer of a content, as git-lfs writes it. */
export const pointerOf = (content: string | Buffer): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oidOf(content)}\nsize ${Buffer.byteLength(content)}\n`;

/** What a request is: `batch:download`, `batch:upload`, `get`, `put`, `verify`. */
export type LfsCall = 'batch:download' | 'batch:upload' | 'get' | 'put' | 'verify';

export interface SeenLfs {
  call: LfsCall;
  authorization: string | undefined;
  body: Buffer;
}

/** Answers a call in the server's place; false leaves it to the server. */
export type Lie = (request: SeenLfs, response: ServerResponse) => boolean;

/** A server of git and of Git LFS' batch API, on loopback. Its repositories are at `<url>/o/<name>.git`. */
export class LfsServer {
  readonly root = tempFolder('bgtask-lfs-');
  readonly objects = new Map<string, Buffer>();
  readonly seen: SeenLfs[] = [];
  /** The token that it wants; it takes everything without one. */
  token: string | undefined;
  lie: Lie = () => false;
  url = '';
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Makes a repository, with the contents of its files of Git LFS. */
  async repository(
    name: string,
    files: Record<string, Content>,
    contents: string[] = [],
  ): Promise<{ url: string; directory: string }> {
    const directory = join(this.root, 'o', `${name}.git`);
    await makeRemote(files, { path: directory });
    for (const content of contents) this.objects.set(oidOf(content), Buffer.from(content));
    return { url: `${this.url}/o/${name}.git`, directory };
  }

  calls(): LfsCall[] {
    return this.seen.map(({ call }) => call);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const { authorization } = request.headers;
    const wanted = this.token && `Basic ${Buffer.from(`x-access-token:${this.token}`).toString('base64')}`;
    const [, api] = /^\/o\/[\w-]+\.git\/info\/lfs\/(.+)$/.exec(url.pathname) ?? [];
    if (api === undefined) {
      if (wanted && authorization !== wanted)
        return void response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      return serveGit(request, response, {
        root: this.root,
        pathname: url.pathname,
        search: url.search,
        user: 'dev',
      });
    }
    const body = await buffer(request);
    const seen = { call: callOf(api, request.method, body), authorization, body };
    this.seen.push(seen);
    if (this.lie(seen, response)) return;
    if (wanted && authorization !== wanted) return json(response, 401, { message: 'Credentials needed' });
    this.#answer(seen, api, response);
  }

  #answer({ call, body }: SeenLfs, api: string, response: ServerResponse): void {
    const oid = api.split('/').at(-1) ?? '';
    if (call === 'get') {
      const object = this.objects.get(oid);
      return void (object ? response.end(object) : response.writeHead(404).end());
    }
    if (call === 'put') {
      if (oidOf(body) !== oid) return json(response, 422, { message: 'other content' });
      this.objects.set(oid, body);
      return void response.end();
    }
    if (call === 'verify')
      return json(
        response,
        this.objects.has((JSON.parse(body.toString()) as { oid: string }).oid) ? 200 : 404,
        {},
      );
    const { operation, objects } = JSON.parse(body.toString()) as {
      operation: string;
      objects: { oid: string; size: number }[];
    };
    json(response, 200, {
      transfer: 'basic',
      objects: objects.map((object) => this.#one(operation, object)),
    });
  }

  #one(operation: string, object: { oid: string; size: number }): object {
    const base = `${this.url}/o/x.git/info/lfs`;
    const has = this.objects.has(object.oid);
    const href = `${base}/objects/${object.oid}`;
    if (operation === 'download')
      return has
        ? { ...object, actions: { download: { href } } }
        : { ...object, error: { code: 404, message: 'Object does not exist' } };
    return has
      ? object
      : {
          ...object,
          actions: {
            upload: { href, header: { 'Transfer-Encoding': 'chunked' } },
            verify: { href: `${base}/verify` },
          },
        };
  }
}

function callOf(api: string, method: string | undefined, body: Buffer): LfsCall {
  if (api === 'objects/batch')
    return `batch:${(JSON.parse(body.toString()) as { operation: 'download' | 'upload' }).operation}`;
  if (api === 'verify') return 'verify';
  return method === 'PUT' ? 'put' : 'get';
}

/** An answer of the API. */
export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/vnd.git-lfs+json' }).end(JSON.stringify(body));
}
