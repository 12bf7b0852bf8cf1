import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StageError } from '../../domain/reasons.ts';
import { runProcess } from '../process.ts';
import { bwrapRooms, type Machine } from './bwrap.ts';
import { openSpaces, type Room, type Rooms, type RoomView } from './room.ts';
import { seccompFilter } from './seccomp.ts';
import { systemView } from './system-view.ts';

/** Whether tasks are to run in a sandbox: a setting of the person, never of a repository. */
type SandboxMode = 'required' | 'preferred' | 'off';

export interface RoomOptions {
  mode: SandboxMode;
  /** The environment of the stage; in a pod it says that the container is the room. */
  env: NodeJS.ProcessEnv;
  /** Folders and files that programs need besides the system's own. */
  tools: readonly string[];
  /** A folder of the task, in which the sandbox is tried. */
  scratch: string;
  log: (line: string) => void;
}

/** In the environment of a pod's stage: the container is the room. */
const ROOM_ENV = 'BGTASK_ROOM';

/** What to do where bwrap does not work. */
const HOW =
  'Install bubblewrap 0.8 or newer (Debian and Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap). `bgtask doctor` tries it and says more.';

/** The rooms of a task's phases. Tries the sandbox first. Throws EnvironmentNotReady where one is required and does not work. */
export async function openRooms(options: RoomOptions): Promise<Rooms> {
  const { mode, env, log } = options;
  if (env[ROOM_ENV] === 'container') return openSpaces('container');
  if (mode === 'off') return openSpaces('none');
  const tried = await trySandbox(options);
  if ('rooms' in tried) return tried.rooms;
  if (mode === 'required')
    throw new StageError(
      'EnvironmentNotReady',
      `A sandbox is required (setting: sandbox), and ${tried.problem}. ${HOW}`,
    );
  log(
    `No sandbox: ${tried.problem}. Programs of the repository run as you, and can read what you can read. ${HOW}`,
  );
  return openSpaces('none');
}

/** A sandbox that works, or a sentence about what does not. */
export type TriedSandbox = { rooms: Rooms } | { problem: string };

/** Starts a program in a sandbox of this machine as a task would, with layers and without. */
export async function trySandbox({
  env,
  tools,
  scratch,
}: Pick<RoomOptions, 'env' | 'tools' | 'scratch'>): Promise<TriedSandbox> {
  if (process.platform !== 'linux')
    return { problem: `bwrap runs on Linux alone, and this is ${process.platform}` };
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(scratch, 'try-'));
  try {
    const machine = machineWith(tools, true);
    const view = await trialView(folder);
    const path = { PATH: env['PATH'] ?? '' };
    const layered = bwrapRooms(machine);
    if ((await tryIn(layered.make(view), folder, path)) === undefined) return { rooms: layered };
    const plain = bwrapRooms({ ...machine, hasLayers: false });
    const problem = await tryIn(plain.make(view), folder, path);
    return problem === undefined ? { rooms: plain } : { problem };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const machineWith = (tools: readonly string[], hasLayers: boolean): Machine => ({
  system: systemView(),
  tools,
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  hasLayers,
  filter: seccompFilter(),
});

async function trialView(folder: string): Promise<RoomView> {
  const [tmp, path, upper, work] = ['tmp', 'path', 'upper', 'work'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const each of [tmp, path, upper, work]) await mkdir(each);
  return { tmp, writable: [], readable: [], layers: [{ path, below: [], upper, work }] };
}

/** Writes a file in the layer; a sentence when that fails. */
async function tryIn(room: Room, folder: string, env: Record<string, string>): Promise<string | undefined> {
  const write = `echo seen > ${JSON.stringify(join(folder, 'path', 'written'))}`;
  const outcome = await runProcess(
    room.enter({ command: 'sh', args: ['-c', write], cwd: '/', env, timeLimit: 20 }),
  );
  if (outcome.exitCode === 0 && !outcome.startError) return undefined;
  return outcome.startError ?? `bwrap does not work here: ${outcome.tail.trim().split('\n').at(-1) ?? ''}`;
}
