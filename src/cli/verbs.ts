import type { Verb } from './command.ts';

/** The verbs, in the order of help. One line and one file each. */
export const VERBS: readonly Verb[] = [
  {
    name: 'create',
    summary: 'Send a chore to an agent in the background',
    load: async () => (await import('./commands/create.ts')).setup,
  },
  {
    name: 'list',
    alias: 'get',
    summary: 'List tasks',
    load: async () => (await import('./commands/list.ts')).setup,
  },
  {
    name: 'describe',
    summary: 'Show everything about a task',
    load: async () => (await import('./commands/describe.ts')).setup,
  },
  {
    name: 'logs',
    summary: "Print a task's log",
    load: async () => (await import('./commands/logs.ts')).setup,
  },
  {
    name: 'diff',
    summary: 'Show the change that a task made',
    load: async () => (await import('./commands/diff.ts')).setup,
  },
  {
    name: 'apply',
    summary: 'Put the change of a task into the checkout here',
    load: async () => (await import('./commands/apply.ts')).setup,
  },
  {
    name: 'open',
    summary: 'Open the pull request or the page of a task',
    load: async () => (await import('./commands/open.ts')).setup,
  },
  {
    name: 'watch',
    summary: 'Follow a task until it ends',
    load: async () => (await import('./commands/watch.ts')).setup,
  },
  {
    name: 'ui',
    summary: 'Follow all tasks in a terminal',
    load: async () => (await import('./commands/ui.ts')).setup,
  },
  {
    name: 'wait',
    summary: 'Wait for a task to reach a condition',
    load: async () => (await import('./commands/wait.ts')).setup,
  },
  { name: 'cancel', summary: 'Stop a task', load: async () => (await import('./commands/cancel.ts')).setup },
  {
    name: 'retry',
    summary: 'Try a failed task again',
    load: async () => (await import('./commands/retry.ts')).setup,
  },
  {
    name: 'delete',
    summary: 'Remove a task',
    load: async () => (await import('./commands/delete.ts')).setup,
  },
  {
    name: 'template',
    summary: 'Work with templates',
    load: async () => (await import('./commands/template.ts')).setup,
  },
  {
    name: 'checks',
    summary: 'Show what would be run to prove a change',
    plain: true,
    load: async () => (await import('./commands/checks.ts')).setup,
  },
  {
    name: 'doctor',
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
    load: async () => (await import('./commands/completion.ts')).setup,
  },
  {
    name: 'version',
    summary: 'Print the version',
    plain: true,
    load: async () => (await import('./commands/version.ts')).setup,
  },
  {
    name: 'install',
    summary: 'Print or apply what a cluster needs',
    load: async () => (await import('./commands/install.ts')).setup,
  },
  {
    name: 'uninstall',
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
