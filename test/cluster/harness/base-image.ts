import { execFile } from 'node:child_process';
import { cp, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, digest, withLock } from './cache.ts';
import { buildImage } from './images.ts';
import { ensurePackages } from './packages.ts';
import { COOKIE } from './processes.ts';
import { claim, release, type Claim } from './registry.ts';

const run = promisify(execFile);

const RELEASE = 'bookworm';
const PACKAGES = ['git', 'ca-certificates'];
/** As in the official Node image: the user is named node and has the id 1000. */
const ADD_USER = 'chroot "$1" useradd --create-home --uid 1000 --shell /bin/bash node';

/** No user reads manuals in a container, and every byte is copied four times on its way there. */
const LEFT_OUT = ['doc', 'info', 'locale', 'man'].map((name) => `path-exclude=/usr/share/${name}/*`);

const NODE_VERSION = '20.20.2';
const NPM_VERSION = '10.8.2';

/** A tar of a small Debian with git. */
async function rootfs({ id, folder }: Claim): Promise<string> {
  const tar = join(folder, 'rootfs.tar');
  const options = [
    '--variant=minbase',
    `--include=${PACKAGES.join(',')}`,
    `--customize-hook=${ADD_USER}`,
    ...LEFT_OUT.map((each) => `--dpkgopt=${each}`),
  ];
  const command = ['--mount', '--propagation=private', 'mmdebstrap', ...options, RELEASE, tar];
  const env = { ...process.env, TMPDIR: folder, [COOKIE]: id };
  await run('unshare', command, { env, maxBuffer: 2 ** 26 });
  return tar;
}

/** Installs an npm package outside the project's dependencies; returns its folder. */
async function npmPackage(into: string, name: string, version: string): Promise<string> {
  await mkdir(into, { recursive: true });
  await writeFile(join(into, 'package.json'), '{"private": true}\n');
  // What npm tells its scripts about this project is not for that one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  const options = ['--no-engine-strict', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
  await run('npm', ['install', '--prefix', into, ...options, `${name}@${version}`], { cwd: into, env });
  return join(into, 'node_modules', name);
}

/**
 * Node and npm for a Linux container, in the layout of /usr/local, from the npm registry: a Node that needs nothing but glibc, which the
 * runner image and user images can be given. Kept in the cache folder.
 */
async function nodeForImages(): Promise<string> {
  const folder = join(cacheFolder(), `node-${NODE_VERSION}-npm-${NPM_VERSION}`);
  return withLock(folder, async () => {
    if (existsSync(folder)) return folder;
    const own = await claim();
    const draft = `${folder}.draft`;
    try {
      const node = await npmPackage(join(own.folder, 'node'), `node-linux-${process.arch}`, NODE_VERSION);
      const npm = await npmPackage(join(own.folder, 'npm'), 'npm', NPM_VERSION);
      await cp(join(node, 'bin/node'), join(draft, 'bin/node'));
      await cp(npm, join(draft, 'lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
      for (const name of ['npm', 'npx']) {
        await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(draft, 'bin', name)).catch(
          () => undefined,
        );
      }
      await rename(draft, folder);
    } finally {
      await release(own);
    }
    return folder;
  });
}

/** The base image's name. */
export const BASE_IMAGE = 'localhost/bgtask-test-base:1';
const BASE =
  'FROM scratch\nADD rootfs.tar /\nCOPY usr-local /usr/local\nENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n';

/**
 * An image that stands in for node:20-bookworm-slim with git: Debian, git, Node and npm, user node (1000). Returns the path of its archive:
 * import it as `localhost/bgtask-test-base:1`, or build on it with `FROM` its referenceTo(). Needs a Debian mirror the first time (20 s).
 */
export async function baseArchive(): Promise<string> {
  const usrLocal = await nodeForImages();
  const folder = join(
    cacheFolder(),
    `debian-${digest(RELEASE, ADD_USER, process.arch, ...PACKAGES, ...LEFT_OUT)}`,
  );
  const tar = join(folder, 'rootfs.tar');
  await withLock(folder, async () => {
    if (existsSync(tar)) return;
    await ensurePackages();
    const own = await claim();
    try {
      await mkdir(folder, { recursive: true });
      await cp(await rootfs(own), `${tar}.draft`);
      await rename(`${tar}.draft`, tar);
    } finally {
      await release(own);
    }
  });
  return buildImage({
    name: BASE_IMAGE,
    containerfile: BASE,
    key: `${folder} ${usrLocal}`,
    files: { 'rootfs.tar': tar, 'usr-local': usrLocal },
  });
}
