import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { BgtaskError, messageOf } from '../../../../domain/errors.ts';
import type { Access } from '../config/access.ts';
import { isRecord } from '../../../../api/record.ts';
import { records, text, texts } from '../config/json.ts';
import type { Loaded } from './credential.ts';

interface Plugin {
  command: string;
  args: string[];
  env: Record<string, string>;
  apiVersion: string;
  installHint?: string;
  provideClusterInfo: boolean;
  /** Whether the plugin may ask the person. */
  interactive: boolean;
}

/** The longest part of a plugin's complaint that an error repeats. */
const COMPLAINT_MAX = 500;

/**
 * Runs a credential plugin (client.authentication.k8s.io) and reads the ExecCredential that it prints. Rejects with
 * Unauthorized when the plugin is missing, fails, or prints something else.
 */
export function execPlugin(exec: unknown, access: Access): () => Promise<Loaded> {
  return async () => {
    const plugin = pluginOf(exec, access);
    const printed = await run(plugin, JSON.stringify(await execInfo(plugin, access)));
    return credentialOf(printed, plugin);
  };
}

function pluginOf(exec: unknown, { user }: Access): Plugin {
  const spec = isRecord(exec) ? exec : {};
  const command = text(spec.command);
  if (!command)
    throw new BgtaskError(
      'Invalid',
      `the user ${JSON.stringify(user.name)} of ${user.file} has an exec without a command`,
    );
  const isPath = /[/\\]/.test(command);
  return {
    command: isPath && !isAbsolute(command) ? resolve(dirname(user.file ?? '.'), command) : command,
    args: texts(spec.args),
    env: Object.fromEntries(
      records(spec.env).map(({ name, value }) => [text(name) ?? '', text(value) ?? '']),
    ),
    apiVersion: text(spec.apiVersion) ?? 'client.authentication.k8s.io/v1',
    installHint: text(spec.installHint),
    provideClusterInfo: spec.provideClusterInfo === true,
    interactive: spec.interactiveMode !== 'Never' && isatty(0) && isatty(2),
  };
}

/** What the plugin is told in KUBERNETES_EXEC_INFO. */
async function execInfo(plugin: Plugin, { cluster }: Access): Promise<object> {
  const ca = cluster.caData ?? (cluster.caFile && (await readFile(cluster.caFile)).toString('base64'));
  const told = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
    'certificate-authority-data': ca,
    'proxy-url': cluster.proxyUrl,
  };
  return {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: plugin.interactive, ...(plugin.provideClusterInfo && { cluster: told }) },
  };
}

function run(plugin: Plugin, info: string): Promise<string> {
  return new Promise((done, failed) => {
    const talk = plugin.interactive ? 'inherit' : 'pipe';
    const child = spawn(plugin.command, plugin.args, {
      env: { ...process.env, ...plugin.env, KUBERNETES_EXEC_INFO: info },
      stdio: [plugin.interactive ? 'inherit' : 'ignore', 'pipe', talk],
    });
    let printed = '';
    let complaint = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => (printed += piece));
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (piece: string) => (complaint = (complaint + piece).slice(-COMPLAINT_MAX)));
    child.once('error', (error) => failed(notRun(plugin, error)));
    child.once('close', (code, signal) => {
      if (code === 0) done(printed);
      else failed(refusal(plugin, `it ended with ${signal ?? `exit code ${code}`}`, complaint.trim()));
    });
  });
}

const notRun = (plugin: Plugin, error: NodeJS.ErrnoException): BgtaskError =>
  new BgtaskError('Unauthorized', `cannot run the credential plugin ${plugin.command}: ${messageOf(error)}`, {
    hint: plugin.installHint ?? 'install it, or add its folder to PATH',
    cause: error,
  });

const refusal = (plugin: Plugin, what: string, complaint = ''): BgtaskError =>
  new BgtaskError(
    'Unauthorized',
    `the credential plugin ${plugin.command} gave no credential: ${what}${complaint && `: ${complaint}`}`,
    {
      hint: `sign in again, then see that ${plugin.command} succeeds by itself`,
    },
  );

function credentialOf(printed: string, plugin: Plugin): Loaded {
  let document: unknown;
  try {
    document = JSON.parse(printed);
  } catch {
    throw refusal(plugin, 'what it printed is not JSON');
  }
  const status = isRecord(document) && isRecord(document.status) ? document.status : {};
  const token = text(status.token);
  const cert = text(status.clientCertificateData);
  const key = text(status.clientKeyData);
  if (!token && !(cert && key))
    throw refusal(plugin, 'what it printed holds neither a token nor a certificate');
  const expires = Date.parse(text(status.expirationTimestamp) ?? '');
  return {
    credential: { ...(token && { authorization: `Bearer ${token}` }), ...(cert && key && { cert, key }) },
    ...(Number.isFinite(expires) && { expires }),
  };
}
