import { join } from 'node:path';
import { packageRoot } from '../../package-root.ts';

/** A socket that is bound into a room, and the port of the room's loopback that leads to it. */
export interface RoomPort {
  /** The socket's path inside the room. */
  socket: string;
  port: number;
}

/** The forwarder's file on the machine: with Node it is all that a room needs for its network. */
export const forwarderFile = (): string => join(packageRoot(), 'dist', 'forward.js');

/** The folder of the sockets in a room. */
export const SOCKETS = '/run/bgtask';

/** The forwarder's file in a room: a place that hides nothing of the machine, wherever bgtask is installed. Node reads it as a module by its name. */
export const FORWARDER = '/run/bgtask-forward.mjs';

/** Variables that the command gets and the forwarder's own process does not: Node reads the file of this one at each start, which takes 0.1 s for a system's bundle. */
const COMMAND_ONLY: readonly string[] = ['NODE_EXTRA_CA_CERTS'];

const isMoved = ([name]: [string, string]): boolean => COMMAND_ONLY.includes(name);

/** A command to start, with its whole environment. */
export interface Started {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** The command that runs a command in a room with the forwarder around it. The room must see Node, the sockets and the forwarder's file. */
export function forwarded(ports: readonly RoomPort[], { command, env }: Started, file = FORWARDER): Started {
  const variables = Object.entries(env);
  const moved = variables.filter(isMoved).map(([name, value]) => `${name}=${value}`);
  const sockets = ports.map(({ socket, port }) => `${socket}:${port}`).join(',');
  return {
    command: [process.execPath, file, sockets, ...moved, '--', ...command],
    env: Object.fromEntries(variables.filter((variable) => !isMoved(variable))),
  };
}

/** Hosts that a program in a room reaches by itself. */
const SPARED = 'localhost,127.0.0.1,::1';

/**
 * The environment that leads the programs of a room to the proxy on a port of its loopback: what curl, git, Go, cargo, pip, uv, Ruby and PHP obey in both cases;
 * npm's, yarn's and Node's own names (Node obeys from 24 on); and for Java, which obeys none of these, properties of the system.
 */
export function proxyVariables(port: number): Record<string, string> {
  const proxy = `http://127.0.0.1:${port}`;
  const java = ['http', 'https'].flatMap((scheme) => [
    `-D${scheme}.proxyHost=127.0.0.1`,
    `-D${scheme}.proxyPort=${port}`,
  ]);
  const properties = [...java, '-Dhttp.nonProxyHosts=localhost|127.*|[::1]'].join(' ');
  return {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
    NO_PROXY: SPARED,
    no_proxy: SPARED,
    npm_config_proxy: proxy,
    npm_config_https_proxy: proxy,
    npm_config_noproxy: SPARED,
    YARN_HTTP_PROXY: proxy,
    YARN_HTTPS_PROXY: proxy,
    NODE_USE_ENV_PROXY: '1',
    MAVEN_OPTS: properties,
    GRADLE_OPTS: properties,
    JAVA_TOOL_OPTIONS: properties,
  };
}

/**
 * The environment of a room that reaches no other host: package managers do not try a request again, which cannot succeed. Without this, npm waits 10 s and then
 * 60 s before it reports a host that it cannot resolve (`fetch-retry-mintimeout`, `fetch-retry-maxtimeout`), and a test that runs it exceeds its time limit.
 */
export const WITHOUT_NETWORK: Readonly<Record<string, string>> = {
  npm_config_fetch_retries: '0',
  YARN_HTTP_RETRY: '0',
  PIP_RETRIES: '0',
  UV_HTTP_RETRIES: '0',
  CARGO_NET_RETRY: '0',
  BUNDLE_RETRY: '0',
};
