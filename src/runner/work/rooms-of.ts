import { delimiter, dirname, isAbsolute } from 'node:path';
import type { Agent } from '../agents/agent.ts';
import { openRooms } from '../room/open-rooms.ts';
import type { Rooms } from '../room/room.ts';
import { toolFolders } from '../room/tool-folders.ts';
import { inWorkspace, type StageContext } from '../stage-context.ts';

/** Variables whose values are files and folders that programs need: toolchains, certificates. */
// prettier-ignore
const NAMING: readonly string[] = [
  'JAVA_HOME', 'GOROOT', 'DOTNET_ROOT', 'ANDROID_HOME', 'MISE_DATA_DIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'PIP_CERT', 'GIT_SSL_CAINFO', 'CARGO_HTTP_CAINFO', 'AWS_CA_BUNDLE', 'DENO_CERT',
];

/** The rooms of a task: what of this machine its programs see. Throws EnvironmentNotReady where a sandbox is required and does not work. */
export function roomsOf({ env, input, paths, log }: StageContext, agent?: Agent): Promise<Rooms> {
  const named = [...NAMING, ...input.passEnv].flatMap((name) => env[name] ?? []).filter(isAbsolute);
  const program = env[agent?.programVariable ?? ''];
  // The forwarder of a room runs in this very Node, and an agent's own program need not be on PATH.
  const more = [process.execPath, ...(program && isAbsolute(program) ? [program] : [])];
  const path = [env['PATH'] ?? '', ...more.map((file) => dirname(file))].join(delimiter);
  const tools = toolFolders({ path, home: env['HOME'], apart: [paths.workspace, paths.pristine] });
  return openRooms({
    mode: input.sandbox ?? 'off',
    env,
    tools: [...tools, ...named],
    scratch: inWorkspace(paths.workspace).phases,
    log: (line) => log.line(line),
  });
}
