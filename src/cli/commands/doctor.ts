import { asCalled } from '../as-called.ts';
import { helpText, type Setup } from '../command.ts';
import { type CliContext, EXIT, type GlobalOptions } from '../context.ts';
import { parseOutput } from '../output/format.ts';
import { safeLine } from '../output/safe.ts';
import type { Finding } from '../../service/doctor/finding.ts';

interface Flags extends GlobalOptions {
  operatorIn?: string;
}

const MARK = { ok: '✓', warning: '!', problem: '✗' } as const;
/** How long one request of a look may take by default. */
const REQUEST_TIMEOUT = '10s';
/** Columns of the subject. */
const WIDTH = 15;

/** The lines of a finding. */
function shown({ level, subject, message, fix = '', command }: Finding, context: CliContext): string {
  const remedy = command ? `${fix}: ${command}` : fix;
  const lines = [
    `${MARK[level]} ${subject.padEnd(WIDTH)} ${safeLine(message)}`,
    ...(remedy ? [`  ${' '.repeat(WIDTH)} ${safeLine(asCalled(remedy, context))}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a printed command needs to reach the cluster that was looked at. Whom to act as is left out: another user fixes it. */
const clusterFlags = ({ context, kubeconfig }: GlobalOptions): string[] => [
  ...(kubeconfig ? [`--kubeconfig=${kubeconfig}`] : []),
  ...(context ? [`--context=${context}`] : []),
];

async function run(context: CliContext, flags: Flags): Promise<number> {
  const { kind } = parseOutput(flags.output, ['table', 'json']);
  const options = { ...flags, requestTimeout: flags.requestTimeout ?? REQUEST_TIMEOUT };
  const { findings } = await import('../../service/doctor/doctor.ts');
  const found = await findings(await context.engine(options, true), {
    env: context.env,
    folder: process.cwd(),
    project: await context.project(options),
    home: flags.operatorIn,
    flags: clusterFlags(flags),
    now: () => context.now(),
  });
  context.out(
    kind === 'json'
      ? `${JSON.stringify(found, null, 2)}\n`
      : found.map((finding) => shown(finding, context)).join(''),
  );
  const isBroken = found.some(({ level }) => level === 'problem');
  if (isBroken && context.wayOut) context.say(context.wayOut);
  return isBroken ? EXIT.error : EXIT.ok;
}

export const setup: Setup = (command, context, exit) => {
  const notes = `On a cluster it looks at the project that -n names. It changes nothing;
checks that you lack permission for are reported as skipped.
The exit code is 1 when something is broken, 0 when all is well or only worth knowing.`;
  command
    .option('--operator-in <namespace>', "the operator's namespace, where it cannot be found")
    .addHelpText('after', helpText(context, ['doctor', 'doctor -n team-a', 'doctor -o json'], notes))
    .action(async (flags: Flags) => exit(await run(context, flags)));
};
