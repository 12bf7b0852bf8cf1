import type { Verb } from './command.ts';
import { words } from './completion/values.ts';
import { plugInto } from '../domain/plug.ts';
import { isFinished, isRetryable, phaseOf } from '../domain/task.ts';
import type { GlobalName } from './global-options.ts';

/** Chooses tasks. */
const CHOICE: readonly GlobalName[] = ['namespace', 'allNamespaces', 'selector'];
/** Prints objects. */
const PRINT: readonly GlobalName[] = ['output', 'headers', 'color'];
/** Prints lists of objects. */
const PRINT_MANY: readonly GlobalName[] = [...PRINT, 'sortBy'];

/** The verbs, in the order of help. One entry and one file each. */
const table: Verb[] = [
  {
    name: 'create',
    onTasks: true,
    obeys: { options: ['namespace', ...PRINT], reports: true },
    summary: 'Send a chore to an agent in the background',
    load: async () => (await import('./commands/create.ts')).setup,
  },
  {
    name: 'list',
    onTasks: true,
    obeys: { options: [...CHOICE, ...PRINT_MANY] },
    alias: 'get',
    summary: 'List tasks',
    load: async () => (await import('./commands/list.ts')).setup,
  },
  {
    name: 'describe',
    onTasks: true,
    obeys: { options: [...CHOICE, ...PRINT_MANY], reports: true },
    summary: 'Show everything about tasks',
    load: async () => (await import('./commands/describe.ts')).setup,
  },
  {
    name: 'logs',
    onTasks: true,
    obeys: { options: CHOICE },
    summary: 'Print the logs of tasks',
    completes: { '--check': ({ checksOfTasks }) => checksOfTasks },
    load: async () => (await import('./commands/logs.ts')).setup,
  },
  {
    name: 'diff',
    onTasks: true,
    obeys: { options: ['namespace', 'output', 'color'], formats: 'patch' },
    summary: 'Show the change that a task made',
    completes: { task: ({ tasks }) => tasks(isFinished) },
    load: async () => (await import('./commands/diff.ts')).setup,
  },
  {
    name: 'apply',
    onTasks: true,
    summary: 'Put the change of a task into the checkout here',
    completes: { task: ({ tasks }) => tasks(isFinished) },
    load: async () => (await import('./commands/apply.ts')).setup,
  },
  {
    name: 'open',
    onTasks: true,
    summary: 'Open the pull request or the page of a task',
    load: async () => (await import('./commands/open.ts')).setup,
  },
  {
    name: 'watch',
    onTasks: true,
    obeys: { options: ['namespace', 'output', 'color'], formats: 'table, jsonl' },
    summary: 'Follow a task until it ends',
    load: async () => (await import('./commands/watch.ts')).setup,
  },
  {
    name: 'ui',
    onTasks: true,
    obeys: { options: [...CHOICE, 'color'] },
    summary: 'Follow all tasks in a terminal',
    load: async () => (await import('./commands/ui.ts')).setup,
  },
  {
    name: 'wait',
    onTasks: true,
    obeys: { options: [...CHOICE, ...PRINT_MANY], reports: true },
    summary: 'Wait for tasks to reach a condition',
    load: async () => (await import('./commands/wait.ts')).setup,
  },
  {
    name: 'cancel',
    onTasks: true,
    obeys: { options: [...CHOICE, ...PRINT] },
    summary: 'Stop tasks',
    completes: { task: ({ tasks }) => tasks((task) => !isFinished(task)) },
    load: async () => (await import('./commands/cancel.ts')).setup,
  },
  {
    name: 'retry',
    onTasks: true,
    obeys: { options: [...CHOICE, ...PRINT], reports: true },
    summary: 'Try failed tasks again',
    completes: { task: ({ tasks }) => tasks(isRetryable) },
    load: async () => (await import('./commands/retry.ts')).setup,
  },
  {
    name: 'delete',
    onTasks: true,
    obeys: { options: [...CHOICE, ...PRINT] },
    summary: 'Remove tasks',
    load: async () => (await import('./commands/delete.ts')).setup,
  },
  {
    name: 'template',
    onTasks: 'by subcommand',
    obeys: { options: [...CHOICE, ...PRINT_MANY] },
    subcommands: {
      list: { options: [...CHOICE, ...PRINT_MANY] },
      describe: { options: ['namespace', ...PRINT] },
      create: { options: ['namespace', ...PRINT] },
      install: { options: ['namespace', ...PRINT] },
      'from-task': { options: ['namespace', ...PRINT] },
      delete: { options: ['namespace', ...PRINT] },
    },
    summary: 'Work with templates',
    completes: {
      'from-task task': ({ tasks }) => tasks((task) => phaseOf(task) === 'Completed'),
      'install template': ({ shippedTemplates }) => shippedTemplates,
    },
    load: async () => (await import('./commands/template.ts')).setup,
  },
  {
    name: 'checks',
    summary: 'Show what would be run to prove a change',
    plain: true,
    completes: { '--output': () => () => words('json') },
    load: async () => (await import('./commands/checks.ts')).setup,
  },
  {
    name: 'doctor',
    obeys: { options: ['namespace', 'output'], formats: 'table, json' },
    summary: 'Check the installation and suggest fixes',
    load: async () => (await import('./commands/doctor.ts')).setup,
  },
  {
    name: 'demo',
    summary: 'Show the whole thing on a sample repository',
    plain: true,
    load: async () => (await import('./commands/demo.ts')).setup,
  },
  {
    name: 'completion',
    summary: 'Print the completion script for your shell',
    plain: true,
    completes: { shell: () => () => words('bash', 'zsh', 'fish') },
    load: async () => (await import('./commands/completion.ts')).setup,
  },
  {
    name: 'version',
    summary: 'Print the version',
    plain: true,
    completes: { '--output': () => () => words('json') },
    load: async () => (await import('./commands/version.ts')).setup,
  },
  {
    name: 'install',
    obeys: { options: ['namespace', 'output'], formats: 'table, json, yaml' },
    summary: 'Print or apply what a cluster needs',
    load: async () => (await import('./commands/install.ts')).setup,
  },
  {
    name: 'uninstall',
    obeys: { options: ['namespace', 'output'], formats: 'table, json, yaml' },
    summary: 'Remove bgtask from a cluster',
    load: async () => (await import('./commands/uninstall.ts')).setup,
  },
  {
    name: 'config',
    summary: 'Set what all commands on this machine use',
    plain: true,
    load: async () => (await import('./commands/config.ts')).setup,
  },
  {
    name: 'operator',
    summary: 'Run the operator, in a cluster',
    plain: true,
    load: async () => (await import('./commands/operator.ts')).setup,
  },
  {
    name: 'server',
    summary: 'Serve tasks and templates over HTTP',
    load: async () => (await import('./commands/server.ts')).setup,
  },
  {
    name: 'runner',
    summary: 'Run one stage of a task',
    hidden: true,
    plain: true,
    load: async () => (await import('./commands/runner.ts')).setup,
  },
  {
    name: 'supervisor',
    summary: "Run the local engine's supervisor",
    hidden: true,
    plain: true,
    load: async () => (await import('./commands/supervisor.ts')).setup,
  },
];

export const VERBS: readonly Verb[] = table;

/** The verb of a name or an alias. */
export const verbNamed = (name: string | undefined): Verb | undefined =>
  name === undefined ? undefined : table.find((verb) => verb.name === name || verb.alias === name);

/** Adds a verb at run time. Returns what takes it out again. Throws when the name is taken. */
export const plugVerb = (verb: Verb): (() => void) => plugInto(table, verb);
