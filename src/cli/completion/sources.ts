import type { Command, Option } from 'commander';
import { PHASES, type AgenticSession, type TemplateParameter } from '../../api/types.ts';
import { phaseOf, taskName } from '../../domain/task.ts';
import { tasksOf } from '../../service/find-task.ts';
import { readyTemplates } from '../../service/ready-templates.ts';
import type { CliContext, GlobalOptions, Reader } from '../context.ts';
import { type Completion, DIRECTIVE, FILES, FOLDERS, NOTHING, words } from './values.ts';

/** Where the cursor is: the command, what is typed of the word, and what stands on the command line already. */
export interface Place {
  command: Command;
  current: string;
  context: CliContext;
  options: GlobalOptions & { template?: string; param?: string[] };
  operands: readonly string[];
  /** What its verb completes values with. */
  completes?: Readonly<Record<string, (sources: Sources) => Source>>;
  /** What -o of its verb takes, where that is not what objects are printed in. */
  formats?: string;
  /** True where -o takes the format of reports, too. */
  reports?: boolean;
}

/** What may stand at a place. */
export type Source = (place: Place) => Completion | Promise<Completion>;

async function readerOf({ context, options }: Place): Promise<{ reader: Reader; namespace: string }> {
  const reader = await context.reader(options);
  return { reader, namespace: options.namespace ?? (context.env['BGTASK_PROJECT'] || reader.defaultProject) };
}

const taskNote = (task: AgenticSession): string =>
  [phaseOf(task), `${task.status?.progress ?? 0}%`, task.status?.currentPhase].filter(Boolean).join(' ');

/** Names of tasks that a verb can do something with. */
const tasks =
  (fits: (task: AgenticSession) => boolean): Source =>
  async (place) => {
    const { reader, namespace } = await readerOf(place);
    const found = (await tasksOf(reader, { namespace, brief: true })).filter(fits);
    const named = found.map((task) => ({ value: taskName(task), description: taskNote(task) }));
    const latest = place.current.startsWith('@')
      ? [{ value: '@latest', description: 'the newest task' }]
      : [];
    return { candidates: [...latest, ...named].filter(({ value }) => !place.operands.includes(value)) };
  };

const templates: Source = async (place) => {
  const { reader, namespace } = await readerOf(place);
  const found = await reader.store.list('TaskTemplate', { namespace });
  const named = found.map(({ metadata, spec }) => ({ value: metadata.name, description: spec.displayName }));
  return { candidates: named.filter(({ value }) => !place.operands.includes(value)) };
};

const projects: Source = async (place) => {
  const { reader } = await readerOf(place);
  const [sessions, made] = await Promise.all([
    reader.store.list('AgenticSession'),
    reader.store.list('TaskTemplate'),
  ]);
  return words(...new Set([...sessions, ...made].map(({ metadata }) => metadata.namespace)));
};

/** Values that a parameter is known to take. */
function knownValues({ type, enum: choices, defaultValue }: TemplateParameter): string[] {
  if (type === 'boolean') return ['true', 'false'];
  return choices ?? (defaultValue === undefined ? [] : [defaultValue]);
}

/** `name=` of the chosen template's parameters, then their values. */
const parameters: Source = async (place) => {
  const { template: name, param = [] } = place.options;
  if (!name) return NOTHING;
  const { reader, namespace } = await readerOf(place);
  const template = await reader.store.get('TaskTemplate', { namespace, name });
  const declared = template?.spec.parameters ?? [];
  const typed = declared.find((each) => place.current.startsWith(`${each.name}=`));
  if (typed) return words(...knownValues(typed).map((value) => `${typed.name}=${value}`));
  const left = declared.filter((each) => !param.some((pair) => pair.startsWith(`${each.name}=`)));
  return {
    candidates: left.map((each) => ({ value: `${each.name}=`, description: each.description })),
    directive: DIRECTIVE.noSpace | DIRECTIVE.noFiles,
  };
};

/** Names of the templates that come with the program. */
const shippedTemplates: Source = ({ operands }) =>
  words(...readyTemplates().filter((name) => !operands.includes(name)));

/** Names of the checks of the tasks on the command line. */
const checksOfTasks: Source = async (place) => {
  const { reader, namespace } = await readerOf(place);
  const named = (await tasksOf(reader, { namespace })).filter((task) =>
    place.operands.includes(taskName(task)),
  );
  return words(...new Set(named.flatMap(({ status }) => (status?.checks ?? []).map(({ name }) => name))));
};

/** Phases with commas between: what is before the last comma stays. */
const phases: Source = ({ current }) => {
  const before = current.slice(0, current.lastIndexOf(',') + 1);
  const chosen = before.split(',');
  const left = PHASES.map((phase) => phase.toLowerCase()).filter((phase) => !chosen.includes(phase));
  return words(...left.map((phase) => `${before}${phase}`));
};

const FORMATS = ['table', 'wide', 'json', 'yaml', 'name', 'jsonl', 'jsonpath=', 'custom-columns='];

/** The formats that are not what one gets without -o. */
const formats: Source = ({ formats: own, reports }) =>
  own
    ? words(...own.split(', ').filter((format) => format !== 'table'))
    : words(...FORMATS, ...(reports ? ['junit'] : []));

/** Values of options, by their long name; what the verb says goes before. */
const OPTIONS: Record<string, Source> = {
  '--dry-run': () => words('client', 'server'),
  '--filename': () => FILES,
  '--for': () => words('ended', ...PHASES.map((phase) => phase.toLowerCase())),
  '--kubeconfig': () => FILES,
  '--namespace': projects,
  '--output': formats,
  '--param': parameters,
  '--repo': () => FOLDERS,
  '--sort-by': () =>
    words('.metadata.creationTimestamp', '.metadata.name', '.status.phase', '.status.progress'),
  '--status': phases,
  '--template': templates,
};

/** Values of arguments, by their name; what the verb says goes before. */
const ARGUMENTS: Record<string, Source> = {
  task: tasks(() => true),
  template: templates,
  dir: () => FOLDERS,
};

/** What verbs complete values with. */
const SOURCES = { tasks, checksOfTasks, shippedTemplates };
export type Sources = typeof SOURCES;

function sourceOf(named: Record<string, Source>, { command, completes = {} }: Place, name: string): Source {
  const own = completes[`${command.name()} ${name}`] ?? completes[name];
  return own?.(SOURCES) ?? named[name] ?? (() => NOTHING);
}

/** What may be typed as an option's value. */
export function optionValues(option: Option, place: Place): Completion | Promise<Completion> {
  if (option.argChoices) return words(...option.argChoices);
  return sourceOf(OPTIONS, place, option.long ?? '')(place);
}

/** What may be typed as an argument. */
export const argumentValues = (name: string, place: Place): Completion | Promise<Completion> =>
  sourceOf(ARGUMENTS, place, name)(place);
