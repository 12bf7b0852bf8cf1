import { BgtaskError } from '../../domain/errors.ts';
import { packageVersion } from '../../package-root.ts';
import type { Door } from '../../server/door/door.ts';
import { openUrl } from '../browser.ts';
import { helpText, type Setup } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { parseDuration } from '../duration.ts';

interface ServerFlags extends GlobalOptions {
  address: string;
  port: string;
  metricsPort?: string;
  sessionKey?: string;
  open?: boolean;
  tlsCert?: string;
  tlsKey?: string;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

function portOf(text: string, flag: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new BgtaskError('Usage', `invalid ${flag} ${JSON.stringify(text)}: must be a port.`, {
    hint: 'Give a number from 1 to 65535; 0 takes a free one.',
  });
}

function tlsOf({ tlsCert: cert, tlsKey: key }: ServerFlags): { cert: string; key: string } | undefined {
  if (cert && key) return { cert, key };
  if (!cert && !key) return undefined;
  throw new BgtaskError('Usage', '--tls-cert and --tls-key belong together.');
}

/** The door, and what the server prints at its start. */
async function doorOf(
  context: CliContext,
  flags: ServerFlags,
): Promise<{ door: Door; link: (url: string) => string; welcome: (url: string) => string }> {
  if (context.choice(flags).kind === 'local') {
    if (!LOOPBACK.has(flags.address))
      throw new BgtaskError(
        'Usage',
        `--address: the local engine is served to this machine alone, not on ${flags.address}.`,
        {
          hint: 'Leave --address away; for others there is a cluster: bgtask install --server',
        },
      );
    const { localDoor } = await import('../../server/door/local-door.ts');
    const engine = await context.engine(flags);
    const door = localDoor(engine);
    const link = (url: string): string => `${url}/projects/${engine.defaultProject}#token=${door.token}`;
    const welcome = (url: string): string =>
      `For example: curl -H "Authorization: Bearer ${door.token}" ${url}/api/projects/default/background-tasks\nOpen ${link(url)}`;
    return { door, link, welcome };
  }
  const { clusterDoor } = await import('../../server/door/cluster-door.ts');
  const { kubeconfig, context: named, requestTimeout } = flags;
  const door = await clusterDoor({
    env: context.env,
    version: packageVersion(),
    onWarning: (sentence) => context.warn(sentence),
    ...(kubeconfig && { kubeconfig }),
    ...(named && { context: named }),
    ...(requestTimeout && { requestTimeoutMs: parseDuration(requestTimeout, '--request-timeout') }),
  });
  return {
    door,
    link: (url) => `${url}/`,
    welcome: (url) => `Each request needs its caller's own token: Authorization: Bearer TOKEN\nOpen ${url}/`,
  };
}

async function serve(context: CliContext, flags: ServerFlags): Promise<void> {
  const port = portOf(flags.port, '--port');
  const metricsPort =
    flags.metricsPort === undefined ? undefined : portOf(flags.metricsPort, '--metrics-port');
  const tls = tlsOf(flags);
  const { door, link, welcome } = await doorOf(context, flags);
  const { runServer } = await import('../../server/run-server.ts');
  const log = (message: string, fields: Record<string, unknown>): void =>
    context.out(`${JSON.stringify({ time: context.now().toISOString(), message, ...fields })}\n`);
  await runServer({
    door,
    port,
    address: flags.address,
    ...(tls && { tls }),
    ...(metricsPort !== undefined && { metricsPort }),
    ...(flags.sessionKey && { sessionKey: flags.sessionKey }),
    version: packageVersion(),
    now: () => context.now(),
    signal: context.signal,
    log,
    listening: (url) => {
      // In a pod the log is for programs: each line is JSON.
      if (context.env['KUBERNETES_SERVICE_HOST']) return log('listening', { url });
      context.say(`Listening on ${url}; the API is described at ${url}/openapi.json`);
      context.say(welcome(url));
      if (flags.open && context.stdoutIsTerminal) void openUrl(context, link(url));
      return undefined;
    },
  });
}

export const setup: Setup = (command, context) => {
  const notes =
    "On a cluster each request acts with its caller's own token, and the server needs\nno rights. On the local engine there is one token, new at each start. Its\nlog is one JSON object a line on standard output.";
  command
    .option('--address <ip>', 'where to listen; * is everywhere', '127.0.0.1')
    .option('--port <number>', 'the port; 0 takes a free one', '8080')
    .option('--metrics-port <number>', 'a port of its own for /metrics, on all addresses; 0 takes a free one')
    .option('--open', 'open the pages in the browser')
    .option(
      '--session-key <file>',
      'a secret of 32 bytes or more that replicas share, for the cookies of browsers',
    )
    .option('--tls-cert <file>', 'the certificate, in PEM; read again when it is replaced')
    .option('--tls-key <file>', 'its key')
    .addHelpText('after', helpText(context, ['server', 'server --engine=local --port 0'], notes))
    .action((flags: ServerFlags) => serve(context, flags));
};
