import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MODULE = fileURLToPath(new URL('./kube', import.meta.url));

/** Modules whose entry the checksum database lacks. */
const UNSUMMED = 'k8s.io/legacy-cloud-providers';

/**
 * Writes go.mod and go.sum of an older Kubernetes, `kube/1.27.mod` and `kube/1.27.sum` for v1.27.16, from the go.mod of Kubernetes itself: the folders
 * that it replaces modules with become the modules of the same name. `sample-…` are in the graph and are not built; the proxy lacks their later patches.
 */
async function writeModule(version: string): Promise<void> {
  const [, minor, patch] = /^v1\.(\d+)\.(\d+)$/.exec(version) ?? [];
  if (minor === undefined || patch === undefined)
    throw new Error(`name a version such as v1.27.16, not ${version}`);
  const go = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, GONOSUMDB: UNSUMMED, CGO_ENABLED: '0' };
    return (await run('go', args, { cwd: MODULE, env, maxBuffer: 1e8 })).stdout;
  };
  const { GoMod } = JSON.parse(await go('mod', 'download', '-json', `k8s.io/kubernetes@${version}`)) as {
    GoMod: string;
  };
  const theirs = await readFile(GoMod, 'utf8');
  const [, etcd] = /go\.etcd\.io\/etcd\/client\/v3 (v\S+)/.exec(theirs) ?? [];
  const file = `1.${minor}.mod`;
  const ours = theirs
    .replace(/^(\/\/.*\n|\n)*module .*/, 'module example.com/bgtask/kube')
    .replaceAll(/=> \.\/staging\/src\/(\S+)/g, (_, name: string) =>
      name.startsWith('k8s.io/sample-') ? `=> ${name} v0.${minor}.0` : `=> ${name} v0.${minor}.${patch}`,
    );
  await writeFile(`${MODULE}/${file}`, ours);
  await go(
    'mod',
    'edit',
    `-require=k8s.io/kubernetes@${version}`,
    `-require=go.etcd.io/etcd/server/v3@${etcd}`,
    file,
  );
  await go('mod', 'tidy', `-modfile=${file}`);
}

await writeModule(process.argv[2] ?? '');
