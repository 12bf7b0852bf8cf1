import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeAtomic } from '../../../src/engine/atomic-file.ts';
import { readObject } from '../../../src/engine/local/jobs/durable-file.ts';
import { identify, isAlive } from '../../../src/engine/local/process-identity.ts';
import { cacheFolder, withLock } from './cache.ts';
import { killAll, killOnce } from './processes.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** What a cluster has on this machine; all of it can be found again by the id alone, except the folder. */
export interface Claim {
  /** 8 hex digits. */
  id: string;
  /** Everything the cluster writes; mode 0700. */
  folder: string;
}

const records = (): string => join(cacheFolder(), 'clusters');
const recordOf = (id: string): string => join(records(), `${id}.json`);

/** The name of the network interface on this machine's side (at most 15 bytes). */
export const linkOf = (id: string): string => `bgt-${id}`;
/** The cgroup, from the root of each hierarchy, in which the cluster's pods run. */
export const cgroupOf = (id: string): string => `/bgtask-test-${id}`;

const CGROUPS = '/sys/fs/cgroup';

/** The folders of a cgroup, one a hierarchy: version 2 has one hierarchy, version 1 one a controller. */
export function cgroupFolders(cgroup: string): string[] {
  if (existsSync(join(CGROUPS, 'cgroup.controllers'))) return [join(CGROUPS, cgroup)];
  const hierarchies = existsSync(CGROUPS) ? readdirSync(CGROUPS) : [];
  return hierarchies
    .filter((name) => existsSync(join(CGROUPS, name, 'cgroup.procs')))
    .map((name) => join(CGROUPS, name, cgroup));
}

function removeCgroup(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroup(join(folder, entry.name));
  }
  rmdirSync(folder);
}

async function removeCgroups(id: string): Promise<void> {
  for (const folder of cgroupFolders(cgroupOf(id))) {
    await until(`the removal of ${folder}`, 30, () => {
      if (existsSync(folder)) removeCgroup(folder);
      return true;
    });
  }
}

async function removeLink(id: string): Promise<void> {
  const gone = (): boolean => !existsSync(`/sys/class/net/${linkOf(id)}`);
  if (gone()) return;
  // The kernel takes it away by itself, a little after the last process of its namespace.
  await run('ip', ['link', 'delete', linkOf(id)]).catch(() => undefined);
  await until(`the removal of the interface ${linkOf(id)}`, 10, () => (gone() ? true : undefined));
}

async function tearDown({ id, folder }: Claim): Promise<void> {
  await killAll(id);
  await removeLink(id);
  await removeCgroups(id);
  await rm(folder, { recursive: true, force: true });
  await rm(recordOf(id), { force: true });
}

const claimed = new Map<string, Claim>();
let watching = false;

/** A test process that ends without close() takes its processes along; the next start removes the rest. */
function killAtExit(): void {
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const id of claimed.keys()) killOnce(id);
  });
}

/** Registers a new cluster of this process and makes its folder. */
export async function claim(): Promise<Claim> {
  const id = randomBytes(4).toString('hex');
  mkdirSync(records(), { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(tmpdir(), 'bgtask-cluster-'));
  writeAtomic(recordOf(id), JSON.stringify({ folder, owner: identify(process.pid) }));
  const own = { id, folder };
  claimed.set(id, own);
  killAtExit();
  return own;
}

/** Ends a cluster's processes and removes all it had: interface, cgroups, folder. May be repeated. */
export async function release(own: Claim): Promise<void> {
  await tearDown(own);
  claimed.delete(own.id);
}

function abandoned(id: string): Claim | undefined {
  const record = readObject(recordOf(id));
  const owner = record?.owner;
  if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('startTime' in owner))
    return undefined;
  if (isAlive({ pid: Number(owner.pid), startTime: String(owner.startTime) })) return undefined;
  return { id, folder: String(record?.folder) };
}

/** Removes what clusters of dead test processes left behind; returns how many there were. */
export const sweep = (): Promise<number> =>
  withLock(records(), async () => {
    const names = existsSync(records()) ? readdirSync(records()) : [];
    const left = names.flatMap((name) => abandoned(name.replace(/\.json$/, '')) ?? []);
    for (const own of left) await tearDown(own);
    return left.length;
  });
