import { execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { access, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder, digest, withLock } from './cache.ts';
import { COOKIE } from './processes.ts';
import { claim, release, type Claim } from './registry.ts';

const run = promisify(execFile);

const MODULE = fileURLToPath(new URL('./kube', import.meta.url));
/** Found on the PATH. */
const GO = 'go';
const SOURCES = ['go.mod', 'go.sum', 'main.go', 'pause/main.go'];

/** The version of Kubernetes in kube/go.mod: the binary says it of itself. */
export const KUBERNETES_VERSION = 'v1.35.4';

/** Two static programs of this machine's cache. */
export interface KubeBinaries {
  /** All of Kubernetes and etcd: the first argument names the program. */
  kube: string;
  /** Waits and reaps. */
  pause: string;
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

async function build({ id, folder }: Claim, log: string): Promise<void> {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(KUBERNETES_VERSION) ?? [];
  const version = 'k8s.io/component-base/version';
  const says = `-X ${version}.gitVersion=${KUBERNETES_VERSION} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`;
  const child = spawn(
    GO,
    ['build', '-trimpath', '-buildvcs=false', `-ldflags=-s -w ${says}`, '-o', `${folder}/`, '.', './pause'],
    {
      cwd: MODULE,
      env: { ...process.env, CGO_ENABLED: '0', [COOKIE]: id },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output = createWriteStream(log);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  child.stdout.resume();
  const [code] = await Promise.all([ended, pipeline(child.stderr, output)]);
  if (code !== 0) throw new Error(`go build of the test cluster's programs exited with ${code}: see ${log}`);
}

/** Moves a folder to another, perhaps on another file system, so that no process sees half of it. */
async function place(from: string, to: string): Promise<void> {
  const draft = `${to}.draft`;
  await rm(draft, { recursive: true, force: true });
  await cp(from, draft, { recursive: true });
  await rename(draft, to);
}

/** Changes with the sources. */
async function buildName(): Promise<string> {
  const sources = await Promise.all(SOURCES.map((name) => readFile(join(MODULE, name))));
  return `kube-${digest(process.arch, KUBERNETES_VERSION, ...sources)}`;
}

/** True when this machine has built these sources before. */
export const haveBuild = async (): Promise<boolean> => exists(join(cacheFolder(), await buildName(), 'kube'));

/**
 * The cluster's programs, built by Go when this machine has none of these sources yet: about 6 minutes on 2 cores the first time, with a
 * log in the cache folder; needs the Go module proxy and 2.5 GB for Go's own caches. Others who ask meanwhile wait for the same build.
 */
export async function kubeBinaries(): Promise<KubeBinaries> {
  const name = await buildName();
  const folder = join(cacheFolder(), name);
  const binaries = { kube: join(folder, 'kube'), pause: join(folder, 'pause') };
  if (await exists(binaries.kube)) return binaries;
  await withLock(folder, async () => {
    if (await exists(binaries.kube)) return;
    if (!(await haveGo())) {
      throw new Error(
        'Go is missing: install Go 1.25 or newer to build the test cluster, or set KUBEBUILDER_ASSETS',
      );
    }
    await mkdir(cacheFolder(), { recursive: true });
    const log = join(cacheFolder(), `${name}.log`);
    console.error(
      `building Kubernetes ${KUBERNETES_VERSION} for the tests, once on this machine; log: ${log}`,
    );
    const own = await claim();
    try {
      await build(own, log);
      await place(own.folder, folder);
    } finally {
      await release(own);
    }
  });
  return binaries;
}
