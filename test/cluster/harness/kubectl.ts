import { execa } from 'execa';

/** What one command came to. */
interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Whom a kubectl call runs as (default admin), and what it reads from its input. */
interface KubectlOptions {
  user?: string;
  input?: string;
}

/** The kubectl calls of a cluster. */
export interface Kubectl {
  /** Runs kubectl; never rejects for its exit code. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<Outcome>;
  /** The same; returns its output, and fails the test unless the exit code is 0. */
  ok(args: readonly string[], options?: KubectlOptions): Promise<string>;
}

/** Calls of the kubectl at `command` with a user's kubeconfig. */
export function kubectlWith(
  command: readonly string[] | undefined,
  kubeconfigFor: (user: string) => string,
): Kubectl {
  const kubectl: Kubectl['kubectl'] = async (args, { user = 'admin', input } = {}) => {
    const [file, ...first] = command ?? [];
    if (file === undefined)
      throw new Error('kubectl is missing: put it on the PATH or in KUBEBUILDER_ASSETS');
    const { code, exitCode, stdout, stderr } = await execa(
      file,
      [...first, `--kubeconfig=${kubeconfigFor(user)}`, ...args],
      { reject: false, ...(input === undefined ? { stdin: 'ignore' as const } : { input }) },
    );
    if (exitCode === undefined) throw new Error(`kubectl did not run: ${code ?? stderr}`);
    return { code: exitCode, stdout, stderr };
  };
  const ok: Kubectl['ok'] = async (args, options) => {
    const { code, stdout, stderr } = await kubectl(args, options);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} exited with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  return { kubectl, ok };
}
