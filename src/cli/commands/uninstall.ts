import { createInterface } from 'node:readline/promises';
import { BgtaskError } from '../../domain/errors.ts';
import type { Inventory, Removed } from '../../engine/kubernetes/install/uninstall.ts';
import { helpText, type Setup } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { asDocument, toJson, toYaml } from '../output/document.ts';
import { parseOutput } from '../output/format.ts';
import { clusterClient } from './install.ts';

interface Flags extends GlobalOptions {
  crds?: boolean;
  yes?: boolean;
  wait: boolean;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** What would be lost, in words. */
const loss = ({ sessions, templates, projects }: Inventory): string =>
  `${count(sessions, 'task')} and ${count(templates, 'template')} in ${count(projects, 'project')}`;

/** Asks at a terminal; elsewhere --yes is the answer. Throws Usage or Interrupted. */
async function confirm(context: CliContext, flags: Flags, found: Inventory): Promise<void> {
  if (flags.yes) return;
  const what = `--crds deletes ${loss(found)} of the whole cluster, with their history`;
  if (!process.stdin.isTTY || !context.stderrIsTerminal)
    throw new BgtaskError('Usage', `${what}.`, { hint: 'Add --yes if that is what you want.' });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${what}. Type yes to go on: `, { signal: context.signal });
    if (answer.trim().toLowerCase() !== 'yes') throw new BgtaskError('Interrupted', 'Nothing was removed.');
  } finally {
    terminal.close();
  }
}

async function run(context: CliContext, flags: Flags): Promise<void> {
  const { kind } = parseOutput(flags.output, ['table', 'json', 'yaml']);
  const [
    { installOptions },
    { loadCrds, packageVersion },
    { inventory, removeInstallation },
    { clusterObjects },
    { displayName },
  ] = await Promise.all([
    import('../../engine/kubernetes/install/choices.ts'),
    import('../../engine/kubernetes/install/package-files.ts'),
    import('../../engine/kubernetes/install/uninstall.ts'),
    import('../../engine/kubernetes/install/cluster-objects.ts'),
    import('../../engine/kubernetes/install/object.ts'),
  ]);
  const install = installOptions({ namespace: flags.namespace }, packageVersion());
  const { signal } = context;
  const client = await clusterClient(context, flags);
  const line = ({ object, action, why }: Removed): string =>
    flags.quiet ? displayName(object) : `${displayName(object)} ${action}${why ? ` (${why})` : ''}`;
  try {
    const cluster = clusterObjects(client, signal);
    const found = await inventory(cluster);
    if (flags.crds) await confirm(context, flags, found);
    if (found.active > 0)
      context.warn(
        `${count(found.active, 'task')} had not ended: the Jobs run on, and their results are not recorded until bgtask is installed again.`,
      );
    const removed = await removeInstallation(cluster, install, loadCrds(), {
      crds: flags.crds ?? false,
      wait: flags.wait,
      onRemoved: (each) => (kind === 'table' ? context.out(`${line(each)}\n`) : undefined),
      signal,
    });
    const objects = removed.filter(({ action }) => action === 'deleted').map(({ object }) => object);
    if (kind === 'json') context.out(toJson(asDocument(objects, true)));
    if (kind === 'yaml') context.out(await toYaml(asDocument(objects, true)));
    if (removed.length === 0) context.say(`bgtask is not installed in namespace ${install.namespace}.`);
  } finally {
    client.close();
  }
}

export const setup: Setup = (command, context) => {
  const notes =
    'Removes the operator and all that belongs to it. Tasks and templates stay, unless --crds is given.';
  command
    .option('--crds', 'the kinds too, and with them every task and template of the cluster')
    .option('--yes', 'do not ask')
    .option('--no-wait', 'return before everything is gone')
    .addHelpText('after', helpText(context, ['uninstall', 'uninstall --crds --yes'], notes))
    .action((flags: Flags) => run(context, flags));
};
