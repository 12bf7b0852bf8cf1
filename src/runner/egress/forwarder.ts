import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { connect, createServer, type Server } from 'node:net';

/** One way out of a room: a port of its loopback that leads to a unix socket. */
interface Way {
  socket: string;
  port: number;
}

/** The exit code of a wrong call, as shells have it. */
const USAGE = 2;
/** The exit codes of shells for a command that cannot be run, and for one that does not exist. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
/** Of a command that a signal ended, the signal's number is added to it. */
const SIGNALLED = 128;

const say = (text: string): void => void process.stderr.write(`bgtask forward: ${text}\n`);

function readWays(text: string): Way[] | undefined {
  const ways = text.split(',').map((part): Way | undefined => {
    const [, socket = '', port = ''] = /^(.+):(\d{1,5})$/.exec(part) ?? [];
    return Number(port) > 0 && Number(port) < 65_536 ? { socket, port: Number(port) } : undefined;
  });
  return ways.every((way) => way !== undefined) ? ways : undefined;
}

/** Listens on a port of loopback and joins each connection to the socket. A socket that does not answer ends the connection. */
function open({ socket, port }: Way): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const onward = connect({ path: socket, allowHalfOpen: true });
    client.on('error', () => onward.destroy());
    onward.on('error', () => client.destroy());
    client.on('close', () => onward.destroy());
    onward.on('close', () => client.destroy());
    client.pipe(onward).pipe(client);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** Runs the command with this process's own streams and the variables besides its environment, hands it the signals that ask this one to end, and returns its exit code as a shell does. */
function run([command = '', ...args]: readonly string[], more: Record<string, string>): Promise<number> {
  // Listens first: a signal may arrive while the command starts. Node runs the listener when the child is there.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...more } });
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      say(`${command} cannot be run: ${error.code ?? error.message}`);
      resolve(error.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE);
    });
    child.once('exit', (code, signal) =>
      resolve(code ?? SIGNALLED + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/**
 * The program between a room's loopback and the sockets that are bound into the room: `SOCKET:PORT[,SOCKET:PORT…] [NAME=VALUE…] -- COMMAND ARGS…`. The command
 * starts when all ports listen, with the variables added to its environment. Returns the exit code: the command's own, 128 and the number of the signal that ended it, 2 for a wrong call, 126 or 127 where it cannot be run.
 */
export async function forward(args: readonly string[]): Promise<number> {
  const at = args.indexOf('--');
  const [sockets = '', ...variables] = args.slice(0, Math.max(0, at));
  const command = args.slice(at + 1);
  const ways = readWays(sockets);
  const pairs = variables.map((text) => /^([^=]+)=([^]*)$/.exec(text)?.slice(1) ?? []);
  if (!ways || at < 1 || command.length === 0 || pairs.some(({ length }) => length === 0)) {
    say('usage: SOCKET:PORT[,SOCKET:PORT...] [NAME=VALUE...] -- COMMAND [ARGUMENT...]');
    return USAGE;
  }
  try {
    await Promise.all(ways.map(open));
  } catch (error) {
    say(
      `a port of loopback cannot be listened on: ${error instanceof Error ? error.message : String(error)}`,
    );
    return NOT_EXECUTABLE;
  }
  return run(command, Object.fromEntries(pairs) as Record<string, string>);
}
