import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../domain/errors.ts';
import {
  BATCH,
  batchBody,
  type BatchObject,
  MEDIA_TYPE,
  type Operation,
  readBatch,
  statusError,
} from './batch.ts';
import { actionHeaders, type Authorize } from './headers.ts';
import { LfsError } from './lfs-error.ts';
import { inParallel } from './parallel.ts';
import type { Pointer } from './pointer.ts';
import type { LfsSource } from './source.ts';
import { type LfsStore, verified } from './store.ts';
import { textOf } from './text-of.ts';
import type { LfsRequest, LfsResponse, LfsTransport } from './transport.ts';

export interface HttpSourceOptions {
  /** For each operation, as a server may have two. */
  endpoint: string;
  transport: LfsTransport;
  authorize: Authorize;
  signal: AbortSignal;
  /** The branch that uploads are for. */
  ref?: string;
  /** Milliseconds before the second try; a second by default. */
  pauseMs?: number;
}

const TRIES = 3;
/** Bytes of an answer that is read as JSON. */
const ANSWER_MAX = 16_777_216;
const PAUSE_MS = 1000;

/** A server with Git LFS' batch API (git-lfs/docs/api), reached over HTTP. */
export class HttpSource implements LfsSource {
  readonly name: string;
  readonly #o: HttpSourceOptions;

  constructor(options: HttpSourceOptions) {
    this.#o = options;
    this.name = options.endpoint;
  }

  async download(objects: readonly Pointer[], store: LfsStore): Promise<Pointer[]> {
    for (const some of batchesOf(objects)) {
      const answers = await this.#batch('download', some);
      await inParallel(some, (object) =>
        this.#again(() => this.#get(object, answers.get(object.oid), store)),
      );
    }
    return [];
  }

  async checkUpload(sample: Pointer): Promise<void> {
    refuseObject(sample, (await this.#batch('upload', [sample])).get(sample.oid));
  }

  async upload(objects: readonly Pointer[], store: LfsStore): Promise<void> {
    for (const some of batchesOf(objects)) {
      const answers = await this.#batch('upload', some);
      await inParallel(some, (object) =>
        this.#again(() => this.#put(object, answers.get(object.oid), store)),
      );
    }
  }

  close(): Promise<void> {
    return this.#o.transport.close();
  }

  async #batch(operation: Operation, objects: readonly Pointer[]): Promise<Map<string, BatchObject>> {
    const address = `${this.#o.endpoint}/objects/batch`;
    const body = batchBody(operation, objects, operation === 'upload' ? this.#o.ref : undefined);
    return this.#again(async () => {
      let answer = await this.#json(address, body, await this.#o.authorize(address, false));
      if (answer.status === 401) {
        const authorization = await this.#o.authorize(address, true);
        if (authorization) answer = await this.#json(address, body, authorization);
      }
      if (answer.status !== 200) throw statusError(this.name, answer.status, answer.text);
      return readBatch(answer.text, this.name);
    });
  }

  async #json(
    address: string,
    body: string,
    own: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; text: string }> {
    const headers = { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, ...own };
    const response = await this.#o.transport.send(address, { method: 'POST', headers, body });
    return { status: response.status, text: await textOf(response, ANSWER_MAX) };
  }

  async #get(object: Pointer, answer: BatchObject | undefined, store: LfsStore): Promise<void> {
    const action = refuseObject(object, answer).actions?.download;
    if (!action) throw new LfsError(`${this.name} does not say where ${shown(object)} is`);
    const headers = await actionHeaders(action, this.#o.endpoint, this.#o.authorize);
    const response = await this.#o.transport.send(action.href, { method: 'GET', headers });
    if (response.status !== 200) throw await failureOf(response, object);
    try {
      await store.put(object, response.body, this.#o.signal);
    } catch (error) {
      this.#o.signal.throwIfAborted();
      const passing = !(error instanceof LfsError) || error.isPassing;
      throw new LfsError(`${response.origin} sent a wrong ${shown(object)}: ${messageOf(error)}`, {
        cause: error,
        isPassing: passing,
      });
    }
  }

  async #put(object: Pointer, answer: BatchObject | undefined, store: LfsStore): Promise<void> {
    const { upload, verify } = refuseObject(object, answer).actions ?? {};
    // The server has it.
    if (!upload) return;
    const file = await store.open(object);
    if (!file)
      throw new LfsError(`${this.name} does not have ${shown(object)}, and the task did not make it`);
    try {
      const bytes = (): AsyncIterable<Uint8Array> =>
        verified(file.createReadStream({ autoClose: false, start: 0 }), object);
      // Nothing is sent that is not the object.
      for await (const _ of bytes());
      const headers = {
        'content-type': 'application/octet-stream',
        ...(await actionHeaders(upload, this.#o.endpoint, this.#o.authorize)),
        'content-length': String(object.size),
      };
      await this.#send(
        upload.href,
        { method: 'PUT', headers, body: Readable.from(bytes(), { objectMode: false }) },
        object,
      );
    } finally {
      await file.close();
    }
    if (!verify) return;
    const headers = {
      'content-type': MEDIA_TYPE,
      accept: MEDIA_TYPE,
      ...(await actionHeaders(verify, this.#o.endpoint, this.#o.authorize)),
    };
    await this.#send(verify.href, { method: 'POST', headers, body: JSON.stringify(object) }, object);
  }

  async #send(address: string, request: LfsRequest, object: Pointer): Promise<void> {
    const response = await this.#o.transport.send(address, request);
    if (response.status < 200 || response.status > 299) throw await failureOf(response, object);
    await textOf(response, ANSWER_MAX);
  }

  /** Tries again what may go well in a moment. */
  async #again<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1)
      try {
        return await attempt();
      } catch (error) {
        this.#o.signal.throwIfAborted();
        if (!(error instanceof LfsError) || !error.isPassing || tried >= TRIES) throw error;
        await pause(tried * (this.#o.pauseMs ?? PAUSE_MS), undefined, { signal: this.#o.signal });
      }
  }
}

const shown = ({ oid, size }: Pointer): string => `object ${oid.slice(0, 12)} (${size} bytes)`;

async function failureOf(response: LfsResponse, object: Pointer): Promise<LfsError> {
  const text = await textOf(response, ANSWER_MAX).catch(() => '');
  return statusError(`${response.origin}, asked for ${shown(object)},`, response.status, text);
}

/** What the server says of an object. Throws an LfsError when it says nothing, or that it is refused. */
function refuseObject(object: Pointer, answer: BatchObject | undefined): BatchObject {
  if (!answer) throw new LfsError(`the server says nothing of ${shown(object)}`);
  const { error } = answer;
  if (!error) return answer;
  const words = error.message?.replace(/\s+/g, ' ').trim().slice(0, 300);
  throw new LfsError(
    `the server refuses ${shown(object)} with code ${error.code}${words ? `: ${words}` : ''}`,
  );
}

function* batchesOf(objects: readonly Pointer[]): Generator<Pointer[]> {
  for (let at = 0; at < objects.length; at += BATCH) yield objects.slice(at, at + BATCH);
}
