import type { Command } from 'commander';
import type { Applied } from '../../engine/kubernetes/install/apply.ts';
import type { Choices } from '../../engine/kubernetes/install/choices.ts';
import type { ClusterObjects } from '../../engine/kubernetes/install/cluster-objects.ts';
import type { KubernetesObject } from '../../engine/kubernetes/install/object.ts';
import type { Remembered } from '../../engine/kubernetes/install/remembered.ts';
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
  forget?: boolean;
  settings?: string;
}

/** What is not protected with --no-policy. */
const UNCHECKED =
  'with --no-policy a user can create tasks in the name of another user, change them, and write their status.';

/** The key of the cookies is made of the TLS key; without one each server makes its own. */
const SEPARATE_SESSIONS =
  'servers without --server-tls do not share the sign-in of browsers: a page may ask for the token again.';

const FORMATS = ['table', 'json', 'yaml'] as const;

function addOptions(command: Command): void {
  command
    .option('--apply', 'apply to the cluster instead of printing')
    .option('--forget', 'with --apply: begin with the defaults, not with what the last --apply chose')
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

/** The flags with what the last installation chose and they do not say. Says what it takes over. */
async function withLast(context: CliContext, flags: Flags, cluster: ClusterObjects): Promise<Flags> {
  if (flags.forget) return flags;
  const { asFlags, lastChoices, remembered } = await import('../../engine/kubernetes/install/remembered.ts');
  const given = remembered({ ...flags });
  const last = Object.entries(await lastChoices(cluster, flags.namespace)).filter(
    ([name]) => !(name in given),
  );
  const kept = Object.fromEntries(last) as Remembered;
  if (last.length > 0)
    context.say(
      `As at the last installation: ${asFlags(kept).join(' ')} (--forget begins with the defaults)`,
    );
  return { ...flags, ...kept };
}

async function apply(context: CliContext, asked: Flags, settings: Choices['settings']): Promise<void> {
  const { kind } = parseOutput(asked.output, FORMATS);
  const [
    { discoverServed },
    { applyInstallation },
    { chosenServed },
    { clusterObjects },
    { displayName },
    { loadCrds },
    { rememberedText },
  ] = await Promise.all([
    import('../../engine/kubernetes/install/served.ts'),
    import('../../engine/kubernetes/install/apply.ts'),
    import('../../engine/kubernetes/install/choices.ts'),
    import('../../engine/kubernetes/install/cluster-objects.ts'),
    import('../../engine/kubernetes/install/object.ts'),
    import('../../engine/kubernetes/install/package-files.ts'),
    import('../../engine/kubernetes/install/remembered.ts'),
  ]);
  const line = ({ object, action, why }: Applied): string =>
    asked.quiet ? displayName(object) : `${displayName(object)} ${action}${why ? ` (${why})` : ''}`;
  const { signal } = context;
  // Before the cluster is asked, so that a flag that cannot be is refused without one.
  await optionsOf(asked, settings);
  const client = await clusterClient(context, asked);
  const cluster = clusterObjects(client, signal);
  let namespace: string;
  try {
    const flags = await withLast(context, asked, cluster);
    const install = await optionsOf(flags, settings);
    namespace = install.namespace;
    warn(context, flags, install);
    const served = { ...(await discoverServed(cluster)), ...chosenServed(flags) };
    const applied = await applyInstallation(
      cluster,
      { ...install, ...served, choices: rememberedText(flags) },
      loadCrds(),
      {
        onApplied: (each) => (kind === 'table' ? context.out(`${line(each)}\n`) : undefined),
        signal,
      },
    );
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
    `See whether it runs: kubectl -n ${namespace} rollout status deployment/bgtask-operator, and then: bgtask doctor`,
  );
}

/** The options that the flags stand for. Throws Usage and Invalid. */
async function optionsOf(flags: Flags, settings: Choices['settings']): Promise<InstallOptions> {
  const [{ installOptions }, { packageVersion }] = await Promise.all([
    import('../../engine/kubernetes/install/choices.ts'),
    import('../../engine/kubernetes/install/package-files.ts'),
  ]);
  return installOptions({ ...flags, settings }, packageVersion());
}

function warn(context: CliContext, flags: Flags, install: InstallOptions): void {
  if (!flags.image)
    context.warn(
      `No --image: the nodes must have ${install.image} already. To build and push it, see docs/install.md.`,
    );
  if (install.admission === 'none') context.warn(UNCHECKED);
  const { server } = install;
  if (server && server.replicas > 1 && !server.tlsSecret) context.warn(SEPARATE_SESSIONS);
}

async function run(context: CliContext, flags: Flags): Promise<void> {
  const { kind } = parseOutput(flags.output, FORMATS);
  const { settings: file } = flags;
  const settings =
    file === undefined ? undefined : { text: await readInputFile(context, file), source: file };
  if (flags.apply) return apply(context, flags, settings);
  const [{ loadCrds }, { manifests }, { manifestYaml }] = await Promise.all([
    import('../../engine/kubernetes/install/package-files.ts'),
    import('../../engine/kubernetes/install/manifests.ts'),
    import('../../engine/kubernetes/install/yaml.ts'),
  ]);
  const install = await optionsOf(flags, settings);
  warn(context, flags, install);
  const objects = manifests(install, loadCrds());
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
bgtask-system by default. Applying again upgrades; tasks, templates, settings and what was
chosen stay.`;
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
