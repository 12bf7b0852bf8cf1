import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Credential } from '../auth/credential.ts';
import type { Access } from '../config/access.ts';
import { proxyFromEnv } from '../../../proxy-env.ts';
import { proxyAgent } from './proxy-agent.ts';

/** Free connections end after this time, before load balancers and API servers end them while a request is on its way. */
const IDLE_MS = 30_000;
/** Silence after which the system asks whether the other side is still there; ten questions a second apart, then the connection is dead. */
const KEEPALIVE_MS = 15_000;
const MAX_FREE = 64;

export interface WireRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: Record<string, string | string[]>;
  body?: string;
  signal: AbortSignal;
}

interface Pool {
  credential: Credential;
  agent: Promise<http.Agent>;
}

/** Kept-alive connections to one API server. One pool for each client certificate, because it is part of the connection. */
export class Transport {
  readonly #access: Access;
  readonly #server: URL;
  readonly #proxy: string | undefined;
  readonly #pools: Pool[] = [];

  constructor(access: Access, env: Readonly<NodeJS.ProcessEnv>) {
    this.#access = access;
    this.#server = new URL(access.cluster.server);
    this.#proxy = access.cluster.proxyUrl ?? proxyFromEnv(this.#server, env);
  }

  /** Sends a request; resolves when the answer's headers are there. Rejects with the system's error. */
  async open(wire: WireRequest, credential: Credential): Promise<http.IncomingMessage> {
    const { method, headers, body, signal } = wire;
    const agent = await this.#agent(credential);
    const base = this.#server.pathname.replace(/\/$/, '');
    // Bytes, because Node would take the headers for UTF-8 too when the body is a text.
    const bytes = body === undefined ? undefined : Buffer.from(body);
    // Without a length Node sends the body of a DELETE as bytes of the next request.
    const length = bytes && { 'Content-Length': bytes.length };
    const options = {
      method,
      headers: { ...headers, ...length },
      signal,
      agent,
      path: `${base}${wire.path}`,
    };
    const { request } = this.#server.protocol === 'http:' ? http : https;
    return new Promise((come, fail) => {
      const sent = request(this.#server, options, come);
      // Stays on: a connection that breaks after its answer must end no program.
      sent.on('error', fail);
      sent.end(bytes);
    });
  }

  /** Ends every connection, and what is on its way. */
  close(): void {
    for (const { agent } of this.#pools.splice(0))
      agent.then(
        (open) => open.destroy(),
        () => undefined,
      );
  }

  #agent(credential: Credential): Promise<http.Agent> {
    const { cert, key } = credential;
    const known = this.#pools.find((pool) => pool.credential.cert === cert && pool.credential.key === key);
    if (known) return known.agent;
    const agent = this.#newAgent({ cert, key });
    const pool = { credential: { cert, key }, agent };
    this.#pools.push(pool);
    agent.catch(() => this.#pools.splice(this.#pools.indexOf(pool), 1));
    // A certificate that was renewed leaves its pool to go idle.
    if (this.#pools.length > 2)
      this.#pools.splice(
        this.#pools.findIndex((old) => old.credential.cert),
        1,
      );
    return agent;
  }

  async #newAgent(certificate: Credential): Promise<http.Agent> {
    const { cluster } = this.#access;
    const tls = {
      ...certificate,
      ca: cluster.caData
        ? Buffer.from(cluster.caData, 'base64')
        : cluster.caFile && (await readFile(cluster.caFile)),
      ...(cluster.tlsServerName && { servername: cluster.tlsServerName }),
      ...(cluster.skipTLSVerify && { rejectUnauthorized: false }),
    };
    if (this.#proxy) return proxyAgent(this.#proxy, tls);
    const kept = {
      keepAlive: true,
      keepAliveMsecs: KEEPALIVE_MS,
      maxFreeSockets: MAX_FREE,
      timeout: IDLE_MS,
    };
    return this.#server.protocol === 'http:' ? new http.Agent(kept) : new https.Agent({ ...kept, ...tls });
  }
}
