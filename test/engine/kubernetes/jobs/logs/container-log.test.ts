import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import {
  containerLog,
  type ContainerPhase,
  type ContainerView,
} from '../../../../../src/engine/kubernetes/jobs/logs/container-log.ts';
import { END_LINE } from '../../../../../src/domain/progress.ts';
import type { PodObject } from '../../../../../src/engine/kubernetes/jobs/objects.ts';
import { resource } from '../../../../../src/engine/kubernetes/client/resource.ts';
import { clientFor, reply, serve, status, type Served } from '../../client/server.ts';

const line = (ms: number, text: string): string => `${new Date(ms).toISOString()} ${text}\n`;
const FIRST = line(10_000, 'one') + line(10_001, 'two');
const LAST = line(11_000, 'three');
const END = line(12_000, END_LINE);

type Act = (response: ServerResponse) => void;

const gone = (response: ServerResponse): void =>
  reply(response, 404, status(404, 'NotFound', 'pods "p" not found', { name: 'p' }));

const away = (response: ServerResponse): void =>
  reply(response, 502, status(502, 'BadGateway', 'no kubelet'));

/** A container whose phase a test sets. */
class View implements ContainerView {
  #phase: ContainerPhase = 'running';
  readonly #waiting = new Set<() => void>();

  phase(): ContainerPhase {
    return this.#phase;
  }
  set(phase: ContainerPhase): void {
    this.#phase = phase;
    for (const wake of this.#waiting) wake();
  }
  changed(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

describe('containerLog', () => {
  let server: Served;
  afterEach(() => server.close());

  /** The log that comes of these answers; the last one repeats. */
  async function read(
    view: View,
    answers: Act[],
    options: { follow?: boolean; signal?: AbortSignal; onText?: (text: string) => void } = {},
  ): Promise<string> {
    server = await serve((response, _got, count) => answers[Math.min(count, answers.length - 1)]?.(response));
    const pods = resource<PodObject>(clientFor(server.url), {
      group: '',
      version: 'v1',
      plural: 'pods',
      namespaced: true,
    });
    let text = '';
    const source = {
      pods,
      pod: { namespace: 'a', name: 'p' },
      container: 'work',
      view,
      signal: options.signal ?? new AbortController().signal,
      follow: options.follow ?? true,
      times: { told: 50, stalled: 40, silent: 200, backoff: 1 },
    };
    for await (const piece of containerLog(source)) {
      text += piece.toString();
      options.onText?.(text);
    }
    return text;
  }
  const queries = () => server.requests.map(({ url }) => Object.fromEntries(url.searchParams));

  it('goes on after a broken connection, without a line twice or lost', async () => {
    const view = new View();
    const text = await read(view, [
      (response) => response.write(FIRST + line(10_002, 'cut').slice(0, 30), () => response.destroy()),
      (response) => {
        view.set('ended');
        response.end(FIRST + line(10_002, 'cut') + LAST + END);
      },
    ]);
    assert.equal(text, `one\ntwo\ncut\nthree\n${END_LINE}\n`);
    assert.deepEqual(
      queries().map(({ sinceTime }) => sinceTime),
      [undefined, '1970-01-01T00:00:09.000Z'],
    );
  });
  it('goes on after a stream that ended although the container runs', async () => {
    const view = new View();
    const text = await read(view, [
      (response) => response.end(FIRST),
      (response) => {
        view.set('ended');
        response.end(FIRST + LAST);
      },
    ]);
    assert.equal(text, 'one\ntwo\nthree\n');
  });
  it('asks once for a log that says its end', async () => {
    const view = new View();
    const reading = read(view, [(response) => response.end(FIRST + END)], {
      onText: () => view.set('ended'),
    });
    assert.equal(await reading, `one\ntwo\n${END_LINE}\n`);
    assert.equal(server.requests.length, 1);
  });
  it('reads the rest of a log whose stream ended shortly before its container', async () => {
    const view = new View();
    const answers: Act[] = [(response) => response.end(FIRST), (response) => response.end(FIRST + LAST)];
    assert.equal(await read(view, answers, { onText: () => view.set('ended') }), 'one\ntwo\nthree\n');
    assert.deepEqual(
      queries().map(({ follow }) => follow),
      ['true', undefined],
    );
  });
  it('tries as often after the end of a container whose node was away before', async () => {
    const view = new View();
    const back: Act = (response) => {
      view.set('ended');
      away(response);
    };
    const answers = [
      ...Array.from({ length: 9 }, () => away),
      back,
      away,
      (response: ServerResponse) => response.end(FIRST),
    ];
    assert.equal(await read(view, answers), 'one\ntwo\n');
  });
  it('breaks a stream that outlives its container, and reads the rest', async () => {
    const view = new View();
    const text = await read(
      view,
      [(response) => response.write(FIRST), (response) => response.end(FIRST + LAST)],
      {
        onText: () => view.set('ended'),
      },
    );
    assert.equal(text, 'one\ntwo\nthree\n');
    assert.deepEqual(
      queries().map(({ follow }) => follow),
      ['true', undefined],
    );
  });
  it('opens a silent stream again', async () => {
    const view = new View();
    const text = await read(view, [
      (response) => response.flushHeaders(),
      (response) => {
        view.set('ended');
        response.end(LAST);
      },
    ]);
    assert.equal(text, 'three\n');
  });
  it('waits for a container that the kubelet does not know yet', async () => {
    const view = new View();
    const text = await read(view, [
      (response) =>
        reply(
          response,
          400,
          status(400, 'BadRequest', 'container "work" in pod "p" is waiting to start: PodInitializing'),
        ),
      (response) => {
        view.set('ended');
        response.end(FIRST);
      },
    ]);
    assert.equal(text, 'one\ntwo\n');
  });
  it('asks for nothing of a container that waits, until it runs', async () => {
    const view = new View();
    view.set('waiting');
    const reading = read(view, [(response) => response.end(FIRST)], { onText: () => view.set('ended') });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(server.requests.length, 0);
    view.set('running');
    assert.equal(await reading, 'one\ntwo\n');
  });
  it('gives up on a pod that is gone, and on a node that answers no more', async () => {
    const deleted = new View();
    const answerGone: Act = (response) => {
      gone(response);
      deleted.set('skipped');
    };
    assert.equal(await read(deleted, [answerGone]), '');
    await server.close();
    const view = new View();
    view.set('ended');
    assert.equal(await read(view, [(response) => response.destroy()]), '');
  });
  it('goes on when a kubelet that has just started does not know the pod yet', async () => {
    const view = new View();
    const answers: Act[] = [
      (response) => response.destroy(),
      gone,
      (response) => {
        view.set('ended');
        response.end(FIRST);
      },
    ];
    assert.equal(await read(view, answers), 'one\ntwo\n');
  });
  it('reads what there is when it shall not follow', async () => {
    assert.equal(
      await read(new View(), [(response) => response.end(FIRST)], { follow: false }),
      'one\ntwo\n',
    );
    assert.deepEqual(queries(), [{ container: 'work', timestamps: 'true' }]);
  });
  it('ends when its signal aborts', async () => {
    const abort = new AbortController();
    const text = await read(new View(), [(response) => response.write(FIRST)], {
      signal: abort.signal,
      onText: () => abort.abort(),
    });
    assert.equal(text, 'one\ntwo\n');
  });
});
