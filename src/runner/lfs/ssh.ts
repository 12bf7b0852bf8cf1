import { execa } from 'execa';
import { z } from 'zod';
import { git } from '../git.ts';
import type { StageContext } from '../stage-context.ts';
import type { Operation } from './batch.ts';
import { LfsError } from './lfs-error.ts';

/** What a server says over ssh of its endpoint (git-lfs/docs/api/authentication.md). */
const answer = z.object({
  href: z.string().max(4096),
  header: z.record(z.string().max(256), z.string().max(16_384)).nullish(),
});
export type SshAnswer = z.infer<typeof answer>;

interface SshAddress {
  user: string;
  host: string;
  port?: string;
  path: string;
}

/** Names that a shell at the other end takes as they are. */
const PLAIN = /^[\w./~+-]+$/;

function addressOf(url: string): SshAddress | undefined {
  const [, user, host, path] = /^([\w.-]+)@([\w.-]+):(?!\/\/)(.+)$/.exec(url) ?? [];
  if (user && host && path) return { user, host, path };
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'ssh:') return undefined;
  const port = parsed.port || undefined;
  return { user: parsed.username || 'git', host: parsed.hostname, path: parsed.pathname.slice(1), port };
}

/** The command that git itself calls for ssh, as a shell reads it. */
async function sshCommand(env: NodeJS.ProcessEnv, userConfig: boolean): Promise<string> {
  const own = userConfig ? env['GIT_SSH_COMMAND'] : undefined;
  if (own) return own;
  // It exits with 1 when there is none.
  const configured = userConfig
    ? await git(['config', '--global', '--get', 'core.sshCommand'], { userConfig }).catch(() => '')
    : '';
  return configured || 'ssh -o BatchMode=yes';
}

/** Asks the server of a repository by ssh where its files of Git LFS are, as git-lfs does. Throws an LfsError. */
export async function askBySsh(context: StageContext, url: string, operation: Operation): Promise<SshAnswer> {
  const address = addressOf(url);
  if (!address || !PLAIN.test(address.path) || address.path.startsWith('-'))
    throw new LfsError(`${url} has a path that git-lfs-authenticate cannot be asked for`);
  const { user, host, port, path } = address;
  const command = await sshCommand(context.env, context.env['BGTASK_USER_GIT_CONFIG'] === '1');
  const args = [
    ...(port ? ['-p', port] : []),
    `${user}@${host}`,
    `git-lfs-authenticate ${path} ${operation}`,
  ];
  const result = await execa('sh', ['-c', `exec ${command} "$@"`, 'ssh', ...args], {
    stdin: 'ignore',
    reject: false,
    maxBuffer: 1_048_576,
    cancelSignal: context.signal,
  });
  context.signal.throwIfAborted();
  if (result.failed)
    throw new LfsError(
      `${host} does not say by ssh where its Git LFS is (git-lfs-authenticate): ${result.stderr.trim().split('\n').at(-1) ?? ''}`,
    );
  try {
    return answer.parse(JSON.parse(result.stdout));
  } catch (error) {
    throw new LfsError(`${host} answers git-lfs-authenticate with something else than JSON`, {
      cause: error,
    });
  }
}
