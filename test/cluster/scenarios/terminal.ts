import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Outcome } from '../../support/command-line.ts';
import type { Cluster } from '../harness/cluster.ts';
import { ownPrograms } from '../harness/programs.ts';

const BIN = fileURLToPath(new URL('../../../bin', import.meta.url));

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A command that runs on. */
export interface Following {
  /** Its standard output so far. */
  text(): string;
  stop(): Promise<void>;
}

/** A person's shell: kubectl on its PATH with bgtask's plugin, and the kubeconfig of that person. */
export class Terminal {
  readonly folder: string;
  readonly #env: Record<string, string>;

  private constructor(folder: string, env: Record<string, string>) {
    this.folder = folder;
    this.#env = env;
  }

  /** `variables` are set in the shell. */
  static async open(
    cluster: Cluster,
    person: string,
    variables: Record<string, string> = {},
  ): Promise<Terminal> {
    const folder = mkdtempSync(join(tmpdir(), 'bgtask-terminal-'));
    const program = ((await ownPrograms()).command('kubectl') ?? []).map(quoted).join(' ');
    const kubectl = join(folder, 'kubectl');
    writeFileSync(kubectl, `#!/bin/sh\nexec ${program} "$@"\n`);
    chmodSync(kubectl, 0o755);
    return new Terminal(folder, {
      PATH: [folder, BIN, process.env['PATH'] ?? ''].join(delimiter),
      HOME: folder,
      KUBECONFIG: cluster.kubeconfigFor(person),
      ...variables,
    });
  }

  /** Sets a variable of the shell. */
  set(variable: string, value: string): void {
    this.#env[variable] = value;
  }

  /** Runs lines of shell; never rejects for the exit code. `input` is the standard input. */
  async run(lines: string, input?: string): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await execa('sh', ['-c', lines], {
      env: this.#env,
      extendEnv: false,
      cwd: this.folder,
      reject: false,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    });
    return { code: exitCode ?? -1, stdout, stderr };
  }

  /** The same; its output, and an error unless the exit code is 0. */
  async ok(lines: string, input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(lines, input);
    if (code !== 0) throw new Error(`${lines}\nexited with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Starts lines of shell that do not end by themselves. */
  follow(lines: string): Following {
    const child = execa('sh', ['-c', `exec ${lines}`], {
      env: this.#env,
      extendEnv: false,
      cwd: this.folder,
      reject: false,
      stdin: 'ignore',
      buffer: false,
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    return {
      text: () => text,
      async stop() {
        child.kill('SIGTERM');
        await child;
      },
    };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
