import { canonicalRepo } from '../../api/names.ts';
import type { AgenticSession } from '../../api/types.ts';
import { type Glob, GlobError, readGlob } from '../../domain/glob.ts';
import type { Settings } from '../../domain/settings.ts';
import { agentOf, repositoryOf, timeoutOf } from '../../domain/task.ts';
import type { Policy } from '../plan.ts';

type Rule = (session: AgenticSession, settings: Settings) => string | undefined;

/** The globs of lists that were met before: a pass asks often, and settings change seldom. */
const read = new WeakMap<readonly string[], readonly Glob[]>();

function matches(text: string, list: readonly string[]): boolean {
  const globs = read.get(list) ?? list.map((glob) => readGlob(glob));
  read.set(list, globs);
  return globs.some((glob) => glob.matches(text));
}

/** What is wrong with a glob, or undefined. */
function faultOf(glob: string): string | undefined {
  try {
    readGlob(glob);
    return undefined;
  } catch (error) {
    if (error instanceof GlobError) return `Path glob "${glob}" ${error.message}.`;
    throw error;
  }
}

/** The lists that must all allow something: the cluster's, and a project's own. One that is empty allows all. */
const lists = ({ allowed, alsoAllowed }: Settings, of: keyof Settings['allowed']): (readonly string[])[] =>
  [allowed[of], alsoAllowed?.[of] ?? []].filter((list) => list.length > 0);

const RULES: readonly Rule[] = [
  (session, settings) => {
    const { type } = agentOf(session);
    const against = lists(settings, 'agents').find((list) => !list.includes(type));
    return against && `Agent "${type}" is not allowed here; allowed are: ${against.join(', ')}.`;
  },
  (session, settings) => {
    const repository = canonicalRepo(repositoryOf(session));
    const against = lists(settings, 'repositories').find((list) => !matches(repository, list));
    return (
      against &&
      `Repository ${repository} is not allowed here; allowed are: ${against.slice(0, 10).join(', ')}.`
    );
  },
  ({ spec: { image } }, settings) => {
    if (!image) return undefined;
    // The cluster's empty list allows no image.
    const isAllowed =
      settings.allowed.images.length > 0 && lists(settings, 'images').every((list) => matches(image, list));
    return isAllowed
      ? undefined
      : `Image "${image}" is not allowed here. Ask the administrator of bgtask to add it to allowed.images of the settings.`;
  },
  // Publishing reads them too, but only after the agent was paid.
  ({ spec: { allowedPaths = [] } }) => allowedPaths.map(faultOf).find((fault) => fault !== undefined),
  ({ spec: { allowedPaths = [] } }, settings) => {
    const against = lists(settings, 'paths');
    const path = allowedPaths.find((one) => !against.every((list) => matches(one, list)));
    return path === undefined
      ? undefined
      : `Path "${path}" is protected, and no task may change it here. Ask the administrator of bgtask to add it to allowed.paths of the settings.`;
  },
  (session, { deadline }) => {
    const timeout = timeoutOf(session);
    return timeout < deadline.min || timeout > deadline.max
      ? `Timeout ${timeout} is not allowed here: it must be from ${deadline.min} to ${deadline.max} seconds.`
      : undefined;
  },
];

/** What the settings allow; the schema and its CEL rules were checked when the object was stored. */
export const validity: Policy = ({ session, settings, now }) => {
  const problem = RULES.map((rule) => rule(session, settings)).find((sentence) => sentence !== undefined);
  if (!problem) return undefined;
  return {
    rule: 'invalid',
    actions: [],
    status: {
      phase: 'Failed',
      reason: 'InvalidTask',
      error: problem,
      completionTime: now.toISOString(),
      conditions: [{ type: 'Admitted', status: 'False', reason: 'InvalidTask', message: problem }],
    },
  };
};
