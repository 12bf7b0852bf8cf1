import type { Command } from 'commander';
import type { Applied } from '../../engine/kubernetes/install/apply.ts';
import type { Choices } from '../../engine/kubernetes/install/choices.ts';
import type { KubernetesObject } from '../../engine/kubernetes/install/object.ts';
import type { InstallOptions } from '../../engine/kubernetes/install/options.ts';
import type { KubeClient } from '../../engine/kubernetes/client/kube-client.ts';
import { collect, helpText, type Setup } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { readInputFile } from '../input-file.ts';
import { parseDuration } from '../duration.ts';
import { asDocument, toJson, toYaml } from '../output/document.ts';
import { parseOutput } from '../output/format.ts';

interface Flags extends GlobalOptions, Omit<Choices, 'settings' | 'namespace'> {
  apply?: boolean;
  settings?: string;
}

/** What nothing checks with --no-policy. */
const UNCHECKED =
  'with --no-policy nothing checks whose name a task bears, who changes it, or who writes its status.';

const FORMATS = ['table', 'json', 'yaml'] as const;

function addOptions(command: Command): void {
  command
    .option('--apply', 'apply to the cluster instead of printing')
    .option(
      '--image <image>',
      'where the nodes find the image; by default bgtask:<version>, as its build names it',
    )
    .option('--replicas <number>', 'operators; one works, the others stand by')
    .option(
      '--settings <file>',
      'the settings document; - reads standard input. Without it those that are there stay',
    )
    .option('--server', 'the REST server too')
    .option('--server-replicas <number>', 'how many of it; 1')
    .option('--server-tls <secret>', 'a Secret with its certificate; without one it speaks HTTP')
    .option(
      '--no-policy',
      'without the admission policies or the webhook: a user who may create tasks may do so in the name of others',
    )
    .option(
      '--kubernetes-version <version>',
      "the cluster's, e.g. 1.28: before 1.30 a webhook of the operator stands in for the admission policies. --apply asks the cluster; else the newest",
    )
    .option(
      '--job-secret <name>',
      'a Secret that Jobs mount besides those of --settings and those named bgtask-… (repeatable)',
      collect,
    )
    .option('--requests <list>', "the operator's requests, e.g. cpu=100m,memory=128Mi")
    .option('--limits <list>', "the operator's limits, e.g. memory=512Mi")
    .option('--node-selector <key=value>', 'nodes for the operator (repeatable)', collect)
    .option('--toleration <taint>', 'a taint that it tolerates: key=value:effect (repeatable)', collect)
    .option('--image-pull-secret <name>', 'a Secret in its namespace (repeatable)', collect);
}

/** A client of the cluster that the flags name; close it. Throws Usage when there is none. */
export async function clusterClient(context: CliContext, flags: GlobalOptions): Promise<KubeClient> {
  const { connectCluster } = await import('../../engine/kubernetes/install/connect-cluster.ts');
  const { kubeconfig, context: name, as: user, requestTimeout } = flags;
  const requestTimeoutMs =
    requestTimeout === undefined ? undefined : parseDuration(requestTimeout, '--request-timeout');
  return connectCluster(
    { kubeconfig, context: name, as: user, requestTimeoutMs },
    { env: context.env, onWarning: (line) => context.warn(line) },
  );
}

async function print(context: CliContext, kind: string, objects: readonly KubernetesObject[]): Promise<void> {
  if (kind === 'json') return context.out(toJson(asDocument(objects, true)));
  return context.out(await toYaml(asDocument(objects, true)));
}

async function apply(
  context: CliContext,
  flags: Flags,
  install: InstallOptions,
  crds: readonly KubernetesObject[],
): Promise<void> {
  const { kind } = parseOutput(flags.output, FORMATS);
  const [{ discoverServed }, { applyInstallation }, { chosenServed }, { clusterObjects }, { displayName }] =
    await Promise.all([
      import('../../engine/kubernetes/install/served.ts'),
      import('../../engine/kubernetes/install/apply.ts'),
      import('../../engine/kubernetes/install/choices.ts'),
      import('../../engine/kubernetes/install/cluster-objects.ts'),
      import('../../engine/kubernetes/install/object.ts'),
    ]);
  const line = ({ object, action, why }: Applied): string =>
    flags.quiet ? displayName(object) : `${displayName(object)} ${action}${why ? ` (${why})` : ''}`;
  const { signal } = context;
  const client = await clusterClient(context, flags);
  const cluster = clusterObjects(client, signal);
  try {
    const served = { ...(await discoverServed(cluster)), ...chosenServed(flags) };
    const applied = await applyInstallation(cluster, { ...install, ...served }, crds, {
      onApplied: (each) => (kind === 'table' ? context.out(`${line(each)}\n`) : undefined),
      signal,
    });
    if (kind !== 'table')
      await print(
        context,
        kind,
        applied.map(({ object }) => object),
      );
  } finally {
    client.close();
  }
  context.say(
    `See whether it runs: kubectl -n ${install.namespace} rollout status deployment/bgtask-operator, and then: bgtask doctor`,
  );
}

async function run(context: CliContext, flags: Flags): Promise<void> {
  const { kind } = parseOutput(flags.output, FORMATS);
  const [{ installOptions }, { loadCrds, packageVersion }, { manifests }, { manifestYaml }] =
    await Promise.all([
      import('../../engine/kubernetes/install/choices.ts'),
      import('../../engine/kubernetes/install/package-files.ts'),
      import('../../engine/kubernetes/install/manifests.ts'),
      import('../../engine/kubernetes/install/yaml.ts'),
    ]);
  const { settings: file } = flags;
  const settings =
    file === undefined ? undefined : { text: await readInputFile(context, file), source: file };
  const install = installOptions({ ...flags, settings }, packageVersion());
  const crds = loadCrds();
  if (!flags.image)
    context.warn(
      `No --image: the nodes must have ${install.image} already. To build and push it, see docs/install.md.`,
    );
  if (install.admission === 'none') context.warn(UNCHECKED);
  if (flags.apply) return apply(context, flags, install, crds);
  const objects = manifests(install, crds);
  if (kind === 'json') return print(context, kind, objects);
  context.out(manifestYaml(objects));
  if (context.stdoutIsTerminal)
    context.say(
      'To apply this: bgtask install --apply, or: bgtask install | kubectl apply --server-side -f -',
    );
  return undefined;
}

export const setup: Setup = (command, context) => {
  const notes = `Prints what bgtask needs in a cluster, or applies it: -n names the operator's namespace,
bgtask-system by default. Applying again upgrades; tasks, templates and settings stay.`;
  addOptions(command);
  command
    .addHelpText(
      'after',
      helpText(
        context,
        [
          'install --image example.com/team/bgtask:1.0 --apply',
          'install --image example.com/team/bgtask:1.0 > bgtask.yaml',
        ],
        notes,
      ),
    )
    .action((flags: Flags) => run(context, flags));
};
