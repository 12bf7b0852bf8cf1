import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isRecord } from '../../../api/record.ts';
import type { KeyPair } from './certificate.ts';
import type { AdmissionRequest, Refusal } from './judge.ts';

/**
 * Bytes of a request: it has an object twice. A task with all of its texts has some hundred thousand; a larger object is refused, because a judgement takes
 * many times its size in memory.
 */
const BODY_MAX = 1024 * 1024;
/** The API server keeps few connections; others are not let in beyond this. */
const CONNECTIONS_MAX = 64;

/** Judges by the path at which they are asked. */
export type Judges = Readonly<Record<string, (request: AdmissionRequest) => Refusal>>;

/** A server of AdmissionReviews. */
export interface WebhookServer {
  port: number;
  /** Serves new connections with this certificate. */
  use(pair: KeyPair): void;
  close(): void;
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_MAX) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function requestOf(text: string): AdmissionRequest | undefined {
  try {
    const review: unknown = JSON.parse(text);
    const request = isRecord(review) ? review['request'] : undefined;
    return isRecord(request) && typeof request['uid'] === 'string'
      ? (request as AdmissionRequest)
      : undefined;
  } catch {
    return undefined;
  }
}

const reviewOf = (uid: string, refusal: Refusal): object => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: {
    uid,
    allowed: refusal === undefined,
    ...(refusal && { status: { status: 'Failure', ...refusal } }),
  },
});

async function answer(judges: Judges, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const judge = judges[request.url?.split('?')[0] ?? ''];
  if (request.method !== 'POST' || !judge) return void response.writeHead(404).end();
  const text = await bodyOf(request);
  if (text === undefined) return void response.writeHead(413, { connection: 'close' }).end();
  const asked = requestOf(text);
  if (!asked) return void response.writeHead(400).end();
  const review = JSON.stringify(reviewOf(asked.uid, judge(asked)));
  return void response.writeHead(200, { 'content-type': 'application/json' }).end(review);
}

/** Answers the API server's questions at a port; 0 takes a free one. */
export function serveWebhook(port: number, pair: KeyPair, judges: Judges): Promise<WebhookServer> {
  const limits = { requestTimeout: 10_000, headersTimeout: 5000 };
  const server: Server = createServer({ ...pair, ...limits }, (request, response) => {
    answer(judges, request, response).catch(() => response.destroy());
  });
  server.maxConnections = CONNECTIONS_MAX;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        use: (next) => server.setSecureContext(next),
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      }),
    );
  });
}
