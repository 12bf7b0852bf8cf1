import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { StageError, type Reason } from '../domain/reasons.ts';
import { endTree } from './process-group.ts';

/**
 * What every git call of ours is told. Hooks, the file-system monitor, external diff and merge programs, pagers, signing, automatic
 * maintenance and recursion into submodules all run programs or touch what a repository's configuration names.
 */
const SAFE_CONFIG: readonly [string, string][] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.pager', 'cat'],
  ['core.editor', 'false'],
  ['core.quotePath', 'true'],
  ['diff.external', ''],
  ['diff.ignoreSubmodules', 'dirty'],
  ['commit.gpgSign', 'false'],
  ['push.gpgSign', 'false'],
  ['tag.gpgSign', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['protocol.allow', 'never'],
  ['protocol.https.allow', 'always'],
  ['protocol.http.allow', 'always'],
  ['protocol.ssh.allow', 'always'],
  ['protocol.file.allow', 'always'],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '60'],
];

/** A person's own ssh command counts where their configuration does; elsewhere ssh must never ask. */
const OWN_SSH: readonly [string, string] = ['core.sshCommand', 'ssh -o BatchMode=yes'];

/** Programs that serve a repository of this machine: its own hooks and commands stay silent, and it fetches nothing for us. */
export const SERVE_FLAGS =
  '-c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.alternateRefsCommand=true -c gc.auto=0 -c maintenance.auto=false -c receive.autogc=false -c protocol.allow=never -c protocol.ext.allow=never';

/** How a call to a remote proves who it is. */
export interface GitCredential {
  /** Scheme and host that may see the token, e.g. `https://github.com`. */
  origin: string;
  token: string;
}

export interface GitOptions {
  /** The repository: its git directory. Without it the call has none. */
  gitDir?: string;
  workTree?: string;
  /** The index file to use instead of the repository's own. */
  index?: string;
  input?: string | Buffer | Readable;
  /** A file for standard output; the call gives nothing then. */
  outputFile?: string;
  /** Lets the person's own git configuration count: credential helpers, proxies, SSH. Trusted stages on the local engine only. */
  userConfig?: boolean;
  credential?: GitCredential;
  /** Added to the environment: identities and dates. */
  env?: Record<string, string>;
  signal?: AbortSignal;
  /** Further -c settings. */
  config?: [string, string][];
  /** Bytes of output accepted; 64 MiB by default. */
  maxBuffer?: number;
}

/** Variables of our own process that git and ssh may see. */
// prettier-ignore
const PASSED = [
  'PATH', 'HOME', 'USER', 'TMPDIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy',
  'https_proxy', 'no_proxy',
];
const PASSED_WITH_USER_CONFIG = [
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'XDG_CONFIG_HOME',
  'XDG_RUNTIME_DIR',
  'GIT_SSH_COMMAND',
  'GIT_SSH',
];

function gitEnv(options: GitOptions): Record<string, string> {
  const env: Record<string, string> = {
    LC_ALL: 'C.UTF-8',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: '/',
    ...options.env,
  };
  if (!options.userConfig) Object.assign(env, { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' });
  for (const name of [...PASSED, ...(options.userConfig ? PASSED_WITH_USER_CONFIG : [])]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  if (options.gitDir) env['GIT_DIR'] = options.gitDir;
  if (options.workTree) env['GIT_WORK_TREE'] = options.workTree;
  if (options.index) env['GIT_INDEX_FILE'] = options.index;
  if (options.credential) env['BGTASK_GIT_TOKEN'] = options.credential.token;
  return env;
}

/** A credential helper that answers for one origin alone, from the environment: the token is in no argument and no file. */
function credentialConfig(credential: GitCredential | undefined): [string, string][] {
  if (!credential) return [];
  const helper = `!f() { test "$1" = get && printf 'username=x-access-token\\npassword=%s\\n' "$BGTASK_GIT_TOKEN"; }; f`;
  return [
    ['credential.helper', ''],
    [`credential.${credential.origin}.helper`, helper],
  ];
}

export class GitError extends Error {
  override name = 'GitError';
  readonly exitCode: number | undefined;
  readonly stderr: string;
  constructor(command: string, exitCode: number | undefined, stderr: string) {
    super(
      `git ${command} failed${exitCode === undefined ? '' : ` with code ${exitCode}`}: ${stderr.trim().split('\n').slice(-3).join(' ') || 'no message'}`,
    );
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

interface Outcome {
  failed: boolean;
  /** The signal that ended it. */
  signal?: string;
  exitCode?: number;
  stdout?: Uint8Array;
  stderr?: Uint8Array;
  cause?: unknown;
}

async function call(args: readonly string[], options: GitOptions): Promise<Outcome> {
  const config = [
    ...SAFE_CONFIG,
    ...(options.userConfig ? [] : [OWN_SSH]),
    ...credentialConfig(options.credential),
    ...(options.config ?? []),
  ];
  const flags = config.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = execa('git', [...flags, ...args], {
    env: gitEnv(options),
    extendEnv: false,
    cwd: options.workTree ?? options.gitDir ?? '/',
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    stdout: options.outputFile === undefined ? 'pipe' : { file: options.outputFile },
    encoding: 'buffer',
    maxBuffer: options.maxBuffer ?? 67_108_864,
    reject: false,
    stripFinalNewline: false,
  });
  const end = (): void => {
    if (child.pid !== undefined) endTree(child.pid);
    // A helper that outlives git keeps the pipes open: do not wait for it.
    child.once('exit', () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
  };
  options.signal?.addEventListener('abort', end, { once: true });
  try {
    return await child;
  } finally {
    options.signal?.removeEventListener('abort', end);
  }
}

/** What is said of a call that said nothing itself: it could not be started or fed, or it was killed. */
function wordsFor(command: string, { cause, signal }: Outcome): string {
  if (signal)
    return `nothing: git ${command} was ended by ${signal}, by another program or for want of memory.`;
  return cause instanceof Error ? cause.message : '';
}

/** Runs git and gives its output as bytes. Throws GitError when it exits with another code than 0, or the signal's reason when that aborted. */
export async function gitBytes(args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  options.signal?.throwIfAborted();
  const result = await call(args, options);
  options.signal?.throwIfAborted();
  const said = Buffer.from(result.stderr ?? []).toString('utf8');
  // If git printed nothing, it could not be started, or its input could not be written.
  const stderr = said || (result.failed ? wordsFor(args[0] ?? '', result) : '');
  if (result.failed) throw new GitError(args[0] ?? '', result.exitCode, stderr);
  return Buffer.from(result.stdout ?? []);
}

/** As gitBytes, as text without the final newline. */
export const git = async (args: readonly string[], options: GitOptions = {}): Promise<string> =>
  (await gitBytes(args, options)).toString('utf8').replace(/\n$/, '');

/** As git, split at NUL bytes: for -z, which keeps names with newlines whole. */
export const gitList = async (args: readonly string[], options: GitOptions = {}): Promise<string[]> =>
  (await gitBytes(args, options)).toString('utf8').split('\0').filter(Boolean);

/**
 * As gitList, for names of files: one character a byte (latin1), because a name need not be UTF-8 and must reach git again as it was. Only
 * `readable` makes it a text for people.
 */
export const gitPaths = async (args: readonly string[], options: GitOptions = {}): Promise<string[]> =>
  (await gitBytes(args, options)).toString('latin1').split('\0').filter(Boolean);

/** A name from gitPaths as text; what is not UTF-8 becomes U+FFFD. */
export const readable = (path: string): string => Buffer.from(path, 'latin1').toString('utf8');

/** Names from gitPaths as git reads them with -z. */
export const pathInput = (paths: readonly string[]): Buffer =>
  Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');

/** True when git exits with 0, false with 1 and anything else throws: for the tests git has. */
export async function gitTest(args: readonly string[], options: GitOptions = {}): Promise<boolean> {
  try {
    await gitBytes(args, options);
    return true;
  } catch (error) {
    if (error instanceof GitError && error.exitCode === 1) return false;
    throw error;
  }
}

/** Turns what git said into a stage's failure, with a sentence that leads. */
export const gitFailure = (reason: Reason, sentence: string, cause: unknown): StageError =>
  cause instanceof StageError
    ? cause
    : new StageError(
        reason,
        `${sentence} ${cause instanceof GitError ? `Git said: ${cause.stderr.trim().split('\n').slice(-3).join(' ')}` : String(cause)}`,
        { cause },
      );
