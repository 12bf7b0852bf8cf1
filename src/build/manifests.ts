import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chart, type Files } from '../engine/kubernetes/install/chart.ts';
import { kustomizeBase } from '../engine/kubernetes/install/kustomize.ts';
import { loadCrds, packageVersion } from '../engine/kubernetes/install/package-files.ts';
import { packageRoot } from '../package-root.ts';

/** Writes dist/kustomize and dist/chart from the manifests that `bgtask install` applies. */
async function write(folder: string, files: Files): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const dist = join(packageRoot(), 'dist');
const crds = loadCrds();
await write(join(dist, 'kustomize'), kustomizeBase(crds, packageVersion()));
await write(join(dist, 'chart'), chart(crds, packageVersion()));
