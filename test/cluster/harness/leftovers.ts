import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { processesOf } from './processes.ts';
import { cgroupFolders, cgroupOf, linkOf } from './registry.ts';

const run = promisify(execFile);

/** The kernel settings that programs of a node like to change. */
const SETTINGS = [
  'net/ipv4/ip_forward',
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
];

const output = async (file: string, ...args: string[]): Promise<string> => (await run(file, args)).stdout;

/** What a cluster must not change on this machine. */
export async function machineState(): Promise<Record<string, string>> {
  const settings = SETTINGS.map((name) => [name, readFileSync(join('/proc/sys', name), 'utf8')]);
  return {
    ...Object.fromEntries(settings),
    filter: await output('iptables-save', '-t', 'filter').then(rules),
    nat: await output('iptables-save', '-t', 'nat').then(rules),
    namespaces: existsSync('/run/netns') ? readdirSync('/run/netns').join(' ') : '',
  };
}

const rules = (saved: string): string =>
  saved
    .split('\n')
    .filter((line) => line.startsWith('-A'))
    .join('\n');

/** What is left of a cluster: nothing, after close() or a sweep. */
export function leftoversOf(id: string, folder: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return [
    ...processesOf(id).map((pid) => `process ${pid}`),
    ...mounts.filter((line) => line.includes(folder)),
    ...[`/sys/class/net/${linkOf(id)}`, folder, ...cgroupFolders(cgroupOf(id))].filter((path) =>
      existsSync(path),
    ),
  ];
}

/** The processes in a cluster's containers, by this machine's numbers. */
export function containerProcesses(id: string): number[] {
  const [folder = ''] = cgroupFolders(cgroupOf(id));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('cgroup.procs'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean).map(Number));
}
