import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, digest, withLock } from './cache.ts';
import { onOverlay } from './containerd.ts';
import { digestOfFiles } from './digest-files.ts';
import { ensurePackages } from './packages.ts';
import { COOKIE } from './processes.ts';
import { claim, release, type Claim } from './registry.ts';

const run = promisify(execFile);

/** What an image is made of. */
export interface ImageRecipe {
  /** Its name in pods, with a host and a tag, e.g. `localhost/bgtask-runner:test`. */
  name: string;
  /** The Containerfile's text. */
  containerfile: string;
  /** The build context: path in the context -> file or folder on this machine. Links are kept as links. */
  files?: Readonly<Record<string, string>>;
  /** Stands for the files where reading them would take long: it changes when they do. */
  key?: string;
  /** Values of ARG; a base image may be referenceTo(archive). */
  buildArgs?: Readonly<Record<string, string>>;
}

/** How many archives of one name are kept; each change of the runner makes another. */
const KEPT = 3;

/** How a Containerfile's FROM, or an argument in it, names an archive of buildImage. */
export const referenceTo = (archive: string): string => `docker-archive:${archive}`;

const POLICY = JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] });

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function forgetOld(folder: string): Promise<void> {
  const archives = (await readdir(folder)).filter((name) => name.endsWith('.tar'));
  const aged = await Promise.all(
    archives.map(async (name) => ({ name, used: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = aged.sort((a, b) => b.used - a.used).slice(KEPT);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}

/** Its mounts are in a mount namespace of its own: they end with it, even when it is killed. */
const buildah = ({ id, folder }: Claim, args: readonly string[]): Promise<unknown> => {
  const storage = [
    `--root=${join(folder, 'root')}`,
    `--runroot=${join(folder, 'run')}`,
    `--storage-driver=${onOverlay(folder) ? 'vfs' : 'overlay'}`,
  ];
  const command = ['--mount', '--propagation=private', 'buildah', ...storage, ...args];
  const env = { ...process.env, BUILDAH_ISOLATION: 'chroot', TMPDIR: folder, [COOKIE]: id };
  return run('unshare', command, { env, maxBuffer: 2 ** 26 });
};

async function build(recipe: ImageRecipe, own: Claim, archive: string): Promise<void> {
  const { folder } = own;
  const context = join(folder, 'context');
  const containerfile = join(folder, 'Containerfile');
  const policy = join(folder, 'policy.json');
  await mkdir(context);
  await writeFile(containerfile, recipe.containerfile);
  await writeFile(policy, POLICY);
  for (const [path, from] of Object.entries(recipe.files ?? {})) {
    await mkdir(dirname(join(context, path)), { recursive: true });
    await cp(from, join(context, path), { recursive: true, verbatimSymlinks: true });
  }
  const values = Object.entries(recipe.buildArgs ?? {}).map(
    ([name, value]) => `--build-arg=${name}=${value}`,
  );
  const common = [`--signature-policy=${policy}`];
  await buildah(own, [
    'build',
    ...common,
    '--network=host',
    ...values,
    '--tag',
    recipe.name,
    '--file',
    containerfile,
    context,
  ]);
  const target = `docker-archive:${archive}:${recipe.name}`;
  await buildah(own, ['push', ...common, recipe.name, target]);
}

/**
 * Builds an image with buildah (chroot isolation, root) and returns the path of its archive (docker-archive: not compressed, so made and loaded
 * fast) in the cache folder. The same recipe with
 * the same files is built once a machine; a build takes 2 to 20 s.
 */
export async function buildImage(recipe: ImageRecipe): Promise<string> {
  const { name, containerfile, files = {}, buildArgs = {}, key } = recipe;
  const folder = join(cacheFolder(), 'images', name.replace(/[^\w.-]/g, '-'));
  const archive = join(
    folder,
    `${digest(name, containerfile, JSON.stringify(buildArgs), key ?? (await digestOfFiles(files)))}.tar`,
  );
  return withLock(archive, async () => {
    if (await isFile(archive)) {
      await utimes(archive, new Date(), new Date());
      return archive;
    }
    await ensurePackages();
    await mkdir(folder, { recursive: true });
    const own = await claim();
    try {
      const draft = `${archive}.draft`;
      await rm(draft, { force: true });
      await build(recipe, own, draft);
      await rename(draft, archive);
      await forgetOld(folder);
    } finally {
      await release(own);
    }
    return archive;
  });
}
