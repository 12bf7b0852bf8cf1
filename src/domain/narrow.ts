import { BgtaskError } from './errors.ts';
import { readGlob } from './glob.ts';
import { parseSettings, type Settings } from './settings.ts';
import { isRecord } from '../api/record.ts';

/** Sections whose fields a project may narrow one by one. */
const SECTIONS = [
  'limits',
  'deadline',
  'retention',
  'allowed',
  'checks',
  'change',
  'logs',
  'network',
  'kueue',
] as const;
type Section = (typeof SECTIONS)[number];

/** What a project's own document says, and nothing that it leaves out. */
export type Narrowing = { [S in Section]?: Partial<Settings[S]> } & {
  protectedPaths?: string[];
  proof?: Settings['proof'];
};

/** Characters of the globs of one of a project's lists: some hundred repositories. */
const LIST_MAX = 8192;

const MAY_NARROW: ReadonlySet<string> = new Set([...SECTIONS, 'protectedPaths', 'proof']);

/** The names of fields for a sentence: `runner.image`, `passEnv`. */
const named = ([name, value]: [string, unknown]): string[] =>
  isRecord(value) && Object.keys(value).length > 0
    ? Object.keys(value).map((field) => `${name}.${field}`)
    : [name];

/** A list of a project is looked through for each of its tasks while all others wait. */
function refuseLong(list: readonly string[], name: string, source: string): void {
  const size = list.reduce((sum, glob) => sum + readGlob(glob).size, 0);
  if (size <= LIST_MAX) return;
  throw new BgtaskError(
    'Invalid',
    `${source} is not a valid settings document: allowed.${name} has ${size} characters with its braces unfolded; a project's list may have ${LIST_MAX}.`,
    { hint: 'Say it in fewer globs, or in the cluster’s settings.' },
  );
}

/**
 * Reads the narrowing from a project's parsed document, which has the format of the cluster's settings. Throws Invalid, naming `source`, if it is
 * not a settings document, and for fields that a project could only widen or redirect: only the cluster's settings may have these.
 */
export function parseNarrowing(document: unknown, source: string): Narrowing {
  const all = parseSettings(document, source);
  const given = isRecord(document) ? document : {};
  const foreign = Object.entries(given).filter(([name]) => !MAY_NARROW.has(name));
  const { limits, kueue } = given;
  if (isRecord(limits) && limits['perCluster'] !== undefined)
    foreign.push(['limits', { perCluster: limits['perCluster'] }]);
  for (const name of ['allowedQueues', 'allowedPriorityClasses'])
    if (isRecord(kueue) && kueue[name] !== undefined) foreign.push(['kueue', { [name]: kueue[name] }]);
  if (foreign.length > 0)
    throw new BgtaskError(
      'Invalid',
      `${source} sets ${foreign.flatMap(named).join(', ')}, which a project cannot narrow: only the cluster's settings have that.`,
      { hint: `A project may narrow ${[...MAY_NARROW].join(', ')}; take the rest out.` },
    );
  for (const name of ['repositories', 'images', 'paths'] as const)
    refuseLong(all.allowed[name], name, source);
  const sections = SECTIONS.flatMap((name) => {
    const fields = given[name];
    if (!isRecord(fields)) return [];
    const own = Object.entries(all[name]).filter(([field]) => Object.hasOwn(fields, field));
    return [[name, Object.fromEntries(own)]];
  });
  return {
    ...(Object.fromEntries(sections) as Narrowing),
    ...(given['protectedPaths'] !== undefined && { protectedPaths: all.protectedPaths }),
    ...(given['proof'] !== undefined && { proof: all.proof }),
  };
}

/** The smaller of two numbers, field by field; a field that the project leaves out is the cluster's. */
function smaller<T extends Record<string, number>>(cluster: T, project: Partial<T> = {}): T {
  const fields = Object.entries(cluster).map(([name, value]) => [
    name,
    Math.min(value, project[name] ?? value),
  ]);
  return Object.fromEntries(fields) as T;
}

type Network = Settings['network'];

/** True for a name of the list, of a host for example: the same entry, or one without `*` that a glob of the list has. A glob within another glob is not found. */
const isListed = (entry: string, list: readonly string[]): boolean =>
  list.some((other) => other === entry || (!entry.includes('*') && readGlob(other).matches(entry)));

/** Hosts that both lists have. */
const inBoth = (cluster: readonly string[], project: readonly string[]): string[] => [
  ...project.filter((entry) => isListed(entry, cluster)),
  ...cluster.filter((entry) => isListed(entry, project) && !project.includes(entry)),
];

/** What checks may reach, the tightest first. */
const CHECKS = ['none', 'needed', 'list'] as const;

/** The network that both allow. Where the cluster's is open, a project's list is within it. */
function narrowNetwork(cluster: Network, { mode, allow, checks }: Partial<Network> = {}): Network {
  return {
    mode: mode === 'list' ? 'list' : cluster.mode,
    allow:
      allow === undefined ? cluster.allow : cluster.mode === 'open' ? allow : inBoth(cluster.allow, allow),
    checks: CHECKS.find((each) => each === checks || each === cluster.checks) ?? 'none',
  };
}

type Kueue = Settings['kueue'];

/** The queue and the priority class that a project chooses, where the cluster's settings allow them; else the cluster's own. */
function chooseQueue(cluster: Kueue, { queue, priorityClass }: Partial<Kueue> = {}): Kueue {
  return {
    ...cluster,
    ...(queue && isListed(queue, cluster.allowedQueues) && { queue }),
    ...(priorityClass && isListed(priorityClass, cluster.allowedPriorityClasses) && { priorityClass }),
  };
}

/** The smaller of two limits; 0 means unlimited. */
const tighter = (cluster: number, project = 0): number =>
  cluster === 0 ? project : project === 0 ? cluster : Math.min(cluster, project);

/**
 * The settings that count in a project: the cluster's, and never more than those. Limits, times and sizes are the smaller ones, deadlines the tighter
 * ones, what is allowed must be allowed by both, and what either protects is protected. Bounds of a deadline that exclude each other let no task run.
 */
export function narrow(cluster: Settings, project: Narrowing): Settings {
  const { limits = {}, deadline = {}, allowed = {} } = project;
  return {
    ...cluster,
    limits: {
      perUser: tighter(cluster.limits.perUser, limits.perUser),
      perRepository: tighter(cluster.limits.perRepository, limits.perRepository),
      perProject: tighter(cluster.limits.perProject, limits.perProject),
      perCluster: cluster.limits.perCluster,
    },
    deadline: {
      min: Math.max(cluster.deadline.min, deadline.min ?? 0),
      max: Math.min(cluster.deadline.max, deadline.max ?? Infinity),
      waiting: Math.min(cluster.deadline.waiting, deadline.waiting ?? Infinity),
    },
    retention: smaller(cluster.retention, project.retention),
    checks: smaller(cluster.checks, project.checks),
    change: smaller(cluster.change, project.change),
    logs: smaller(cluster.logs, project.logs),
    network: narrowNetwork(cluster.network, project.network),
    kueue: chooseQueue(cluster.kueue, project.kueue),
    proof: project.proof === 'required' ? 'required' : cluster.proof,
    protectedPaths: [...new Set([...cluster.protectedPaths, ...(project.protectedPaths ?? [])])],
    alsoAllowed: { repositories: [], agents: [], images: [], paths: [], ...allowed },
  };
}
