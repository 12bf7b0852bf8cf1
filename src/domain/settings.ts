import { z } from 'zod';
import { DEFAULT_AUTHOR } from './commit-message.ts';
import { BgtaskError } from './errors.ts';
import { PROTECTED } from './protected.ts';
import { DAY, glob, host, seconds, variable } from './setting-values.ts';
import { kueueSchema } from './settings-kueue.ts';
import { runnerSchema } from './settings-runner.ts';

const room = z.number().int().min(0).max(10_000);
const allowedTasks = room.default(1);

/**
 * The settings document (YAML). Every field has a default, so an empty document is a good one; unknown fields are refused.
 * What a field means is its description: docs/reference/settings.md and the document that `install` makes are generated from it.
 */
export const settingsSchema = z.strictObject({
  limits: z
    .strictObject({
      perUser: allowedTasks.describe('Active tasks of one user. 0 means unlimited.'),
      perRepository: allowedTasks.describe(
        'Active tasks of one repository and base branch. 0 means unlimited.',
      ),
      perProject: room
        .default(10)
        .describe(
          'Active tasks of one project. Further tasks wait in line, with or without --queue. 0 means unlimited.',
        ),
      perCluster: room
        .default(50)
        .describe(
          'Active tasks of all projects: of the cluster, or of this machine with the local engine. Further tasks wait in line. 0 means unlimited; so for a cluster where Kueue decides.',
        ),
    })
    .prefault({}),
  deadline: z
    .strictObject({
      min: z
        .number()
        .int()
        .min(1)
        .max(3600)
        .default(60)
        .describe('The shortest time limit that a task may ask for, in seconds.'),
      max: z
        .number()
        .int()
        .min(60)
        .max(3600)
        .default(3600)
        .describe('The longest time limit that a task may ask for, in seconds.'),
      waiting: seconds
        .default(DAY)
        .describe(
          'How long the Job of a task may wait before its pod begins: for a node, a quota, or Kueue. Then the task ends as Failed (NeverScheduled). Waiting in line does not count. The local engine ignores this setting.',
        ),
    })
    .refine(({ min, max }) => min <= max, 'min must not be more than max')
    .prefault({}),
  retention: z
    .strictObject({
      completed: seconds
        .default(30 * DAY)
        .describe('How long a Completed task and its log are kept after its end.'),
      failed: seconds.default(90 * DAY).describe('How long a Failed task and its log are kept.'),
      timeout: seconds
        .default(90 * DAY)
        .describe('How long a task that ran out of time (Timeout) and its log are kept.'),
      stopped: seconds.default(7 * DAY).describe('How long a Stopped task and its log are kept.'),
    })
    .prefault({}),
  allowed: z
    .strictObject({
      repositories: z
        .array(glob)
        .max(1000)
        .default([])
        .describe(
          'Repositories that tasks may name, as host/owner/name: github.com/example-org/*. An empty list allows all.',
        ),
      agents: z
        .array(z.string().max(64))
        .max(50)
        .default([])
        .describe('Agents that tasks may use: claude, for example. An empty list allows all.'),
      images: z
        .array(glob)
        .max(1000)
        .default([])
        .describe('Images that tasks may ask for, on a cluster. An empty list allows no image.'),
      paths: z
        .array(glob)
        .max(200)
        .default([])
        .describe(
          'Protected paths that a task may name with --allow-path: .bgtask.yaml, for example. An empty list allows all.',
        ),
    })
    .prefault({}),
  protectedPaths: z
    .array(glob)
    .max(200)
    .default(PROTECTED.map(([path]) => path))
    .describe('Paths that a change must not touch unless the task names them with --allow-path.'),
  checks: z
    .strictObject({ timeout: seconds.default(900).describe('The time limit of one check.') })
    .prefault({}),
  proof: z
    .enum(['preferred', 'required'])
    .default('preferred')
    .describe(
      'What becomes of a change that the checks do not prove. preferred: a draft pull request that says so. required: the task fails.',
    ),
  sandbox: z
    .enum(['required', 'preferred', 'off'])
    .default('preferred')
    .describe(
      'The sandbox of the local engine for installs, the agent and checks. required: a task fails where it does not work. preferred: the log and the pull request say that it was not used. off: it is not used. On a cluster each container is a sandbox.',
    ),
  agents: z
    .strictObject({
      modelWait: seconds
        .default(1800)
        .describe(
          'How long a task waits, within its deadline, for a model whose limit is reached or that is overloaded. All waits count together.',
        ),
      // Claude Code's own commands may take 600 s.
      silence: seconds
        .default(1200)
        .describe("How long an agent's program may print nothing. Then it is ended and started once more."),
    })
    .prefault({}),
  change: z
    .strictObject({
      // GitHub warns at 50 MB.
      maxFileBytes: z
        .number()
        .int()
        .positive()
        .max(104_857_600)
        .default(52_428_800)
        .describe('Bytes of the largest file that a change may add. GitHub refuses files of 100 MB.'),
    })
    .prefault({}),
  logs: z
    .strictObject({
      maxBytes: z
        .number()
        .int()
        .min(65_536)
        .max(1_073_741_824)
        .default(52_428_800)
        .describe('Bytes of log that one stage may write.'),
    })
    .prefault({}),
  author: z
    .strictObject({
      name: z
        .string()
        .regex(/^[^<>\u0000-\u001f\u007f]{1,100}$/, 'must be a name without < and >, at most 100 characters')
        .default(DEFAULT_AUTHOR.name)
        .describe('The author and committer of the commits that are pushed.'),
      email: z
        .email()
        .max(254)
        .default(DEFAULT_AUTHOR.email)
        .describe('Their e-mail address. A forge links the commits to the account with this address.'),
      signOff: z
        .boolean()
        .default(false)
        .describe(
          'Adds Signed-off-by (Developer Certificate of Origin) to each commit. A repository with .github/dco.yml gets it anyway.',
        ),
    })
    .prefault({}),
  network: z
    .strictObject({
      mode: z
        .enum(['list', 'open'])
        .default('list')
        .describe(
          "What programs in a room reach. list: the registries that the repository and the machine's configuration name, and the hosts of allow. open: every host of the internet.",
        ),
      allow: z
        .array(host)
        .max(500)
        .default([])
        .describe(
          'Further hosts: npm.example.com, *.example.com, git.example.com:8443. One without * may have an address of your own network.',
        ),
      checks: z
        .enum(['none', 'needed', 'list'])
        .default('needed')
        .describe(
          'Which checks reach what installing may reach. none: no check. needed: those that download dependencies while they run. list: all.',
        ),
    })
    .prefault({}),
  passEnv: z
    .array(variable)
    .max(100)
    .default([])
    .describe(
      'Further environment variables that agents and checks may see, for private registries, for example.',
    ),
  runner: runnerSchema.prefault({}),
  kueue: kueueSchema.prefault({}),
  pageBaseUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional()
    .meta({
      description: 'The base URL of the web pages. Pull requests link to the task page if it is set.',
      examples: ['https://bgtask.example.com'],
    }),
});

type Document = z.infer<typeof settingsSchema>;

export type Settings = Document & {
  /** What a project allows of `allowed`; a list that is empty allows all of that. Made by `narrow`, never in a document. */
  alsoAllowed?: Document['allowed'];
};

/** The settings of a parsed document. Throws Invalid, naming every field that is wrong and `source`, the file or object it is from. */
export function parseSettings(document: unknown, source: string): Settings {
  const result = settingsSchema.safeParse(document ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`,
  );
  throw new BgtaskError('Invalid', `${source} is not a valid settings document: ${problems.join('; ')}`, {
    hint: 'Correct the named fields; docs/reference/settings.md lists them all.',
  });
}

/** The default settings. */
export const defaultSettings = (): Settings => settingsSchema.parse({});
