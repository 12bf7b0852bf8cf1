import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Cluster } from './cluster.ts';
import { kubectlWith } from './kubectl.ts';
import { anyKubectl } from './programs.ts';

interface View {
  clusters: { cluster: { server: string } }[];
  users: { name: string; user: Record<string, unknown> }[];
}

const refused = (what: string): never => {
  throw new Error(`${what} needs a cluster of the tests' own: unset BGTASK_TEST_KUBECONFIG`);
};

/**
 * A cluster that exists already, as the current context of a kubeconfig sees it. That user is `admin` here and must be allowed to
 * impersonate: the other users are impersonated by it. Its programs cannot be stopped, and close() leaves it as it is.
 */
export async function existingCluster(kubeconfig: string): Promise<Cluster> {
  const command = await anyKubectl();
  const [file = '', ...first] = command;
  const view = [
    'config',
    'view',
    '--raw',
    '--minify',
    '--flatten',
    '--output=json',
    `--kubeconfig=${kubeconfig}`,
  ];
  const { stdout } = await execa(file, [...first, ...view]);
  const folder = mkdtempSync(join(tmpdir(), 'bgtask-kubeconfigs-'));
  const paths = new Map([['admin', kubeconfig]]);
  const impersonating = (user: string): string => {
    const config = JSON.parse(stdout) as View;
    for (const each of config.users) each.user.as = user;
    const path = join(folder, `${paths.size}.kubeconfig`);
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    paths.set(user, path);
    return path;
  };
  const kubeconfigFor = (user: string): string => paths.get(user) ?? impersonating(user);
  return {
    id: 'existing',
    description: `the cluster of BGTASK_TEST_KUBECONFIG (${kubeconfig})`,
    kubeconfig,
    kubeconfigFor,
    url: (JSON.parse(stdout) as View).clusters[0]?.cluster.server ?? '',
    tokens: {},
    ...kubectlWith(command, kubeconfigFor),
    controllers: true,
    stopApiserver: () => refused('stopping the API server'),
    startApiserver: () => refused('starting the API server'),
    pauseApiserver: () => refused('pausing the API server'),
    resumeApiserver: () => refused('resuming the API server'),
    logs: folder,
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
