import { z } from 'zod';
import { DEFAULT_AUTHOR } from './commit-message.ts';
import { BgtaskError } from './errors.ts';
import { GlobError, readGlob } from './glob.ts';
import { PROTECTED } from './protected.ts';
import { isQuantity } from './quantity.ts';

const DAY = 86_400;
const UNIT: Record<string, number> = { s: 1, m: 60, h: 3600, d: DAY };
/** Ten years: longer is a slip of the finger. */
const LONGEST = 3650 * DAY;
const NO_DURATION = 'must be seconds, or a number with s, m, h or d, e.g. 30d; more than 0, at most 3650d';
const seconds = z
  .union([z.number(), z.string().regex(/^\d{1,10}[smhd]$/, NO_DURATION)], NO_DURATION)
  .transform((given) =>
    typeof given === 'number' ? given : Number(given.slice(0, -1)) * (UNIT[given.slice(-1)] ?? 1),
  )
  .refine((value) => Number.isInteger(value) && value > 0 && value <= LONGEST, NO_DURATION);
const glob = z
  .string()
  .min(1)
  .max(512)
  .superRefine((text, context) => {
    try {
      readGlob(text);
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      context.addIssue(`${JSON.stringify(text)} ${error.message}`);
    }
  });

/** A host, or a glob of hosts, with a port where it is neither 80 nor 443. */
const host = z
  .string()
  .max(260)
  .regex(
    /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9*._-]+)(?::\d{1,5})?$/,
    'must be a host or a glob of hosts without scheme and path, e.g. npm.example.com or *.example.com:8443',
  );

const quantity = z.string().refine(isQuantity, 'must be a quantity, e.g. 500m or 2Gi');
const quantities = z.record(z.string().max(63), quantity);
const stageResources = z.strictObject({ requests: quantities.optional(), limits: quantities.optional() });
const labelMap = z.record(z.string().max(317), z.string().max(63));

/** A rule as NetworkPolicy has it; the API server checks what is in its peers. An empty rule would open all: it says so with 0.0.0.0/0. */
const egressRule = z.strictObject({
  to: z
    .array(
      z.strictObject({
        ipBlock: z
          .strictObject({ cidr: z.string().max(64), except: z.array(z.string().max(64)).max(100).optional() })
          .optional(),
        namespaceSelector: z.record(z.string(), z.unknown()).optional(),
        podSelector: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .min(1)
    .max(100),
  ports: z
    .array(
      z.strictObject({
        protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
        port: z.union([z.number().int().min(1).max(65_535), z.string().max(15)]).optional(),
        endPort: z.number().int().min(1).max(65_535).optional(),
      }),
    )
    .max(100)
    .optional(),
});

/** What Jobs on a cluster are made of; every field has the program's own default. The local engine has no use for it. */
const runnerSchema = z.strictObject({
  image: z.string().max(512).optional(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  imagePullSecrets: z.array(z.string().max(253)).max(20).optional(),
  serviceAccount: z.string().max(253).optional(),
  resources: z
    .strictObject({
      clone: stageResources.optional(),
      work: stageResources.optional(),
      prove: stageResources.optional(),
      publish: stageResources.optional(),
    })
    .optional(),
  volumes: z
    .strictObject({ pristine: quantity, workspace: quantity, tmp: quantity, tools: quantity })
    .partial()
    .optional(),
  secrets: z
    .strictObject({ forge: z.string().max(253), model: z.string().max(253) })
    .partial()
    .optional(),
  networkPolicy: z
    .strictObject({
      mode: z.enum(['managed', 'off']),
      ports: z.array(z.number().int().min(1).max(65_535)).max(50),
      egress: z.array(egressRule).max(100),
    })
    .partial()
    .optional(),
  nodeSelector: labelMap.optional(),
  tolerations: z
    .array(
      z.strictObject({
        key: z.string().max(317).optional(),
        operator: z.enum(['Exists', 'Equal']).optional(),
        value: z.string().max(63).optional(),
        effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
        tolerationSeconds: z.number().int().nonnegative().optional(),
      }),
    )
    .max(50)
    .optional(),
  runtimeClassName: z.string().max(253).optional(),
  labels: labelMap.optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(4096)).optional(),
});

/**
 * The settings document (YAML). Every field has a default, so an empty document is a good one; unknown fields are refused.
 * Retention defaults: what ended well is kept 30 days, what failed 90, what was stopped 7.
 */
const schema = z.strictObject({
  limits: z
    .strictObject({
      /** Active tasks of one user; 0 means unlimited. */
      perUser: z.number().int().min(0).max(10_000).default(1),
      /** Active tasks of one repository and base branch; 0 means unlimited. */
      perRepository: z.number().int().min(0).max(10_000).default(1),
    })
    .prefault({}),
  deadline: z
    .strictObject({
      min: z.number().int().min(1).max(3600).default(60),
      max: z.number().int().min(60).max(3600).default(3600),
    })
    .refine(({ min, max }) => min <= max, 'min must not be more than max')
    .prefault({}),
  retention: z
    .strictObject({
      completed: seconds.default(30 * DAY),
      failed: seconds.default(90 * DAY),
      timeout: seconds.default(90 * DAY),
      stopped: seconds.default(7 * DAY),
    })
    .prefault({}),
  allowed: z
    .strictObject({
      /** Globs of repositories, as host/owner/name; empty allows all. */
      repositories: z.array(glob).max(1000).default([]),
      /** Agents; empty allows all. */
      agents: z.array(z.string().max(64)).max(50).default([]),
      /** Globs of images a task may ask for. */
      images: z.array(glob).max(1000).default([]),
      /** Globs of what tasks may name with allowedPaths; empty allows all. */
      paths: z.array(glob).max(200).default([]),
    })
    .prefault({}),
  protectedPaths: z
    .array(glob)
    .max(200)
    .default(PROTECTED.map(([path]) => path)),
  checks: z
    .strictObject({
      /** Time limit of one check. */
      timeout: seconds.default(900),
    })
    .prefault({}),
  /** What becomes of a change that the checks do not prove: `preferred` opens a draft pull request that says so, `required` fails the task. */
  proof: z.enum(['preferred', 'required']).default('preferred'),
  /**
   * Whether installs, agents and checks run in a sandbox on the local engine: `required` fails a task where none works, `preferred` says in the log
   * and in the pull request that there was none. In a pod the container is the sandbox.
   */
  sandbox: z.enum(['required', 'preferred', 'off']).default('preferred'),
  agents: z
    .strictObject({
      /** How long a task waits, all waits together, for a model whose limit is reached or that is overloaded; within its deadline. */
      modelWait: seconds.default(1800),
      /** How long an agent's program may print nothing before it is ended; it is started once more. Claude Code's own commands may take 600 s. */
      silence: seconds.default(1200),
    })
    .prefault({}),
  change: z
    .strictObject({
      /** Bytes of the largest file a change may add; GitHub warns at 50 MB and refuses 100 MB. */
      maxFileBytes: z.number().int().positive().max(104_857_600).default(52_428_800),
    })
    .prefault({}),
  logs: z
    .strictObject({
      /** Bytes of log that one stage may write. */
      maxBytes: z.number().int().min(65_536).max(1_073_741_824).default(52_428_800),
    })
    .prefault({}),
  /** The author and committer of the commits that are pushed; a forge links them to the account with this address. */
  author: z
    .strictObject({
      name: z
        .string()
        .regex(/^[^<>\u0000-\u001f\u007f]{1,100}$/, 'must be a name without < and >, at most 100 characters')
        .default(DEFAULT_AUTHOR.name),
      email: z.email().max(254).default(DEFAULT_AUTHOR.email),
      /** Signs each commit off (Developer Certificate of Origin); one of a repository with .github/dco.yml is signed off anyway. */
      signOff: z.boolean().default(false),
    })
    .prefault({}),
  /** What programs in a room may reach. */
  network: z
    .strictObject({
      /** `list`: registries that the repository and the machine's configuration name, and `allow`; `open`: every host of the internet. */
      mode: z.enum(['list', 'open']).default('list'),
      /** Further hosts. One without `*` may have an address of the person's own network. */
      allow: z.array(host).max(500).default([]),
      /** Which checks may reach what installing may reach: none, those that download dependencies while they run, or all. */
      checks: z.enum(['none', 'needed', 'list']).default('needed'),
    })
    .prefault({}),
  /** Names of environment variables that agents and checks may see, besides the built-in list; for registries, say. */
  passEnv: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable'))
    .max(100)
    .default([]),
  runner: runnerSchema.prefault({}),
  /** The base URL of the web pages, for links in pull requests. */
  pageBaseUrl: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
});

type Document = z.infer<typeof schema>;

export type Settings = Document & {
  /** What a project allows of `allowed`; a list that is empty allows all of that. Made by `narrow`, never in a document. */
  alsoAllowed?: Document['allowed'];
};

/** The settings of a parsed document. Throws Invalid, naming every field that is wrong and `source`, the file or object it is from. */
export function parseSettings(document: unknown, source: string): Settings {
  const result = schema.safeParse(document ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`,
  );
  throw new BgtaskError('Invalid', `${source} is not a valid settings document: ${problems.join('; ')}`, {
    hint: 'Correct the named fields; docs/settings.md lists them all.',
  });
}

/** The default settings. */
export const defaultSettings = (): Settings => schema.parse({});
