import { execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { access, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { cacheFolder, digest, withLock } from './cache.ts';
import { COOKIE } from './processes.ts';
import { claim, release, type Claim } from './registry.ts';

const run = promisify(execFile);

/** Found on the PATH. */
const GO = 'go';

/** Static programs that Go builds once a machine. */
export interface GoBuild {
  /** What it is, for the log: `Kubernetes v1.35.4`. */
  title: string;
  /** The first part of the name in the cache; the second one changes with the version and the sources. */
  name: string;
  version: string;
  /** The folder with go.mod, and the files in it that the build reads. */
  module: string;
  sources: readonly string[];
  /** What is built: one program each. */
  packages: readonly string[];
  /** The program that shows that the build is there. */
  program: string;
  /** Further flags for the linker. */
  linker?: string;
  /** What stands in for go.mod, as `1.27.mod`; its sums are in `1.27.sum`. */
  modfile?: string;
  tags?: readonly string[];
  /** What to do where Go is missing. */
  withoutGo: string;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** True when a Go toolchain answers on the PATH. */
export const haveGo = (): Promise<boolean> =>
  run(GO, ['version']).then(
    () => true,
    () => false,
  );

async function build(spec: GoBuild, { id, folder }: Claim, log: string): Promise<void> {
  const linker = ['-s', '-w', spec.linker].filter(Boolean).join(' ');
  const flags = [
    '-trimpath',
    '-buildvcs=false',
    `-ldflags=${linker}`,
    ...(spec.modfile ? [`-modfile=${spec.modfile}`] : []),
    ...(spec.tags ? [`-tags=${spec.tags.join(',')}`] : []),
  ];
  const child = spawn(GO, ['build', ...flags, '-o', `${folder}/`, ...spec.packages], {
    cwd: spec.module,
    env: { ...process.env, CGO_ENABLED: '0', [COOKIE]: id },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = createWriteStream(log);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  child.stdout.resume();
  const [code] = await Promise.all([ended, pipeline(child.stderr, output)]);
  if (code !== 0) throw new Error(`go build of ${spec.title} exited with ${code}: see ${log}`);
}

/** Moves a folder to another, perhaps on another file system, so that no process sees half of it. */
async function place(from: string, to: string): Promise<void> {
  const draft = `${to}.draft`;
  await rm(draft, { recursive: true, force: true });
  await cp(from, draft, { recursive: true });
  await rename(draft, to);
}

async function nameOf({ name, version, module, sources }: GoBuild): Promise<string> {
  const texts = await Promise.all(sources.map((each) => readFile(join(module, each))));
  return `${name}-${digest(process.arch, version, ...texts)}`;
}

/** True when this machine has built these sources before. */
export const isBuilt = async (spec: GoBuild): Promise<boolean> =>
  exists(join(cacheFolder(), await nameOf(spec), spec.program));

/**
 * The folder with the programs, built by Go when this machine does not have them yet, with a log in the cache folder; needs the Go module
 * proxy then. Others who ask meanwhile wait for the same build.
 */
export async function built(spec: GoBuild): Promise<string> {
  const name = await nameOf(spec);
  const folder = join(cacheFolder(), name);
  const program = join(folder, spec.program);
  if (await exists(program)) return folder;
  await withLock(folder, async () => {
    if (await exists(program)) return;
    if (!(await haveGo())) throw new Error(spec.withoutGo);
    await mkdir(cacheFolder(), { recursive: true });
    const log = join(cacheFolder(), `${name}.log`);
    console.error(`building ${spec.title} for the tests, once on this machine; log: ${log}`);
    const own = await claim();
    try {
      await build(spec, own, log);
      await place(own.folder, folder);
    } finally {
      await release(own);
    }
  });
  return folder;
}
