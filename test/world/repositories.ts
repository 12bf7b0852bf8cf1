import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** How a task ends that does right. */
const ENDS = ['proven', 'unproven', 'broken', 'environment'] as const;

const check = z.strictObject({
  /** The command that a person runs in the checkout. */
  run: z.string(),
  /** What the command of the task must contain; `run` when absent. */
  task: z.string().optional(),
});

const chore = z.strictObject({
  kind: z.enum(['harmless', 'breaking', 'documents', 'test-removed', 'unformatted']),
  /** A shell command, run in the root of the checkout. */
  run: z.string(),
  end: z.enum(ENDS),
  /** Reasons that the task may give: of its status, or of its condition Validated. Any when empty. */
  reasons: z.array(z.string()).default([]),
  /** What the outcome must name: the tests that fail, or the program that is missing. */
  names: z.array(z.string()).default([]),
  /** What the end of the log must name, where a runner of the repository's own prints names in a way of its own. */
  logged: z.array(z.string()).default([]),
});

const repository = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  /** What it stands for. */
  group: z.string(),
  source: z.strictObject({
    kind: z.enum(['debian', 'go', 'pypi', 'crate', 'npm']),
    package: z.string(),
    version: z.string(),
  }),
  /** Toolchains that are put on PATH beside what the machine has. */
  tools: z.array(z.enum(['node', 'python'])).default([]),
  /** Debian's packages that must be installed. */
  packages: z.array(z.string()).default([]),
  /** How a person installs dependencies; nothing when absent. */
  install: z.string().optional(),
  /** What proves a change by hand: what the repository's own CI runs, as far as this machine can. */
  checks: z.array(check).default([]),
  /** Commands given to the task with --check, for a repository whose checks are not to be found. */
  named: z.array(z.string()).default([]),
  /** One of the subset that CI runs. */
  quick: z.boolean().default(false),
  /** Why the ends below are right. */
  why: z.string(),
  chores: z.array(chore).min(1),
});

export type Repository = z.infer<typeof repository>;
export type Chore = z.infer<typeof chore>;

/** The repositories of the world, in the order of the data file. Throws where the file breaks its schema or a name stands twice. */
export function repositories(): Repository[] {
  const text = readFileSync(new URL('repositories.yaml', import.meta.url), 'utf8');
  const found = z.array(repository).parse(parse(text));
  const twice = found.find(({ name }, at) => found.findIndex((other) => other.name === name) !== at);
  if (twice) throw new Error(`repositories.yaml names ${twice.name} twice`);
  return found;
}
