import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RestClient } from './rest-client.ts';

const program = fileURLToPath(new URL('../../../bin/bgtask', import.meta.url));

/** `bgtask server` as a process of this machine. */
export class ServerProcess {
  readonly url: string;
  /** The token that it printed; empty on a cluster, where each caller has its own. */
  readonly token: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  readonly #said: () => string;

  private constructor(child: ChildProcess, ended: Promise<unknown[]>, said: () => string) {
    this.#child = child;
    this.#ended = ended;
    this.#said = said;
    this.url = /Listening on (\S+);/.exec(said())?.[1] ?? '';
    this.token = /Bearer ([\w-]{40,})/.exec(said())?.[1] ?? '';
  }

  /** Starts one on a free port, with these variables and no others; rejects when it ends before it listens. */
  static async start(env: Record<string, string>, ...args: string[]): Promise<ServerProcess> {
    const child = spawn(program, ['server', '--port', '0', ...args], { env, cwd: env['HOME'] });
    const ended = once(child, 'close');
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (said += part));
    const listening = new Promise<void>((resolve) =>
      child.stderr.setEncoding('utf8').on('data', (part: string) => {
        said += part;
        if (/Listening on .*\n.*\n/.test(said)) resolve();
      }),
    );
    const early = ended.then(() => {
      throw new Error(`the server ended: ${said}`);
    });
    await Promise.race([listening, early]);
    early.catch(() => undefined);
    return new ServerProcess(child, ended, () => said);
  }

  /** Everything that it said, on either stream. */
  get output(): string {
    return this.#said();
  }

  client(token = this.token): Promise<RestClient> {
    return RestClient.of(this.url, token);
  }

  /** Ends it; its exit code. */
  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    const [code] = await this.#ended;
    return code as number | null;
  }
}
