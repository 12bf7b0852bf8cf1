import { characters, PROMPT_MAX } from '../domain/prompt.ts';
import {
  API_VERSION,
  creatorLabel,
  LABEL,
  repoLabel,
  RETRY_COUNT_ANNOTATION,
  sessionName,
} from '../api/names.ts';
import type { AgenticSession, AgentSpec, CheckSpec, PullRequestSpec, TaskTemplate } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import {
  checkBranch,
  checkProject,
  checkRepositoryUrl,
  checkTaskName,
  type UrlRules,
} from '../domain/input.ts';
import type { Identity } from '../engine/engine.ts';

/** What the user asks for, from flags, a file or a request body. */
export interface TaskRequest {
  name: string;
  project: string;
  instructions?: string;
  templateId?: string;
  parameters?: Record<string, string | number | boolean>;
  repository: { url: string; branch?: string };
  agent?: AgentSpec;
  checks?: CheckSpec[];
  pullRequest?: PullRequestSpec;
  /** Seconds. */
  timeout?: number;
  repairs?: number;
  queue?: boolean;
  allowedPaths?: string[];
  image?: string;
}

/** What a request becomes, with sentences that the caller should see although nothing is wrong. */
export interface BuiltTask {
  session: AgenticSession;
  warnings: string[];
}

/** What template and request together say, the request first. */
async function merged(request: TaskRequest, template: TaskTemplate | undefined) {
  if (!template) {
    const prompt = request.instructions?.trim();
    if (!prompt)
      throw new BgtaskError('Invalid', 'instructions: a task needs instructions or a template.', {
        hint: 'Give -m "what to do", or --template NAME.',
      });
    if (request.parameters && Object.keys(request.parameters).length > 0)
      throw new BgtaskError('Invalid', 'parameters: parameters belong to a template, and none is named.', {
        hint: 'Add --template NAME.',
      });
    return {
      prompt,
      agent: request.agent,
      checks: request.checks,
      pullRequest: request.pullRequest,
      parameters: undefined,
      warnings: [],
    };
  }
  const { instantiate } = await import('../domain/template.ts');
  const made = instantiate(template, request.parameters ?? {});
  const extra = request.instructions?.trim();
  return {
    prompt: extra ? `${made.prompt}\n\n${extra}` : made.prompt,
    agent: request.agent ?? made.agent,
    checks: request.checks ?? made.checks,
    pullRequest: request.pullRequest ? { ...made.pullRequest, ...request.pullRequest } : made.pullRequest,
    parameters: made.parameters,
    warnings: made.warnings,
  };
}

const present = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

function checkLength(prompt: string): void {
  const length = characters(prompt);
  if (length <= PROMPT_MAX) return;
  throw new BgtaskError(
    'Invalid',
    `instructions: at most ${PROMPT_MAX} characters fit, and these have ${length}.`,
    {
      hint: 'Put the details into a file of the repository, and name that.',
    },
  );
}

/** The object of a new task. Throws Invalid, naming the field. The schema's limits are the store's to hold. */
export async function buildTask(
  request: TaskRequest,
  identity: Identity,
  options: { rules: UrlRules; template?: TaskTemplate },
): Promise<BuiltTask> {
  checkTaskName(request.name);
  checkProject(request.project);
  checkRepositoryUrl(request.repository.url, options.rules);
  if (request.repository.branch !== undefined) checkBranch(request.repository.branch);
  const { warnings, ...made } = await merged(request, options.template);
  checkLength(made.prompt);
  const spec = present<AgenticSession['spec']>({
    mode: 'background',
    prompt: made.prompt,
    repos: [{ input: present({ url: request.repository.url, branch: request.repository.branch }) }],
    interactive: false,
    timeout: request.timeout ?? 3600,
    autoPushOnComplete: true,
    templateId: options.template?.metadata.name,
    parameters: made.parameters,
    userContext: present({ userId: identity.userId, groups: identity.groups }),
    agent: made.agent,
    checks: made.checks,
    repairs: request.repairs,
    pullRequest: made.pullRequest,
    queue: request.queue,
    allowedPaths: request.allowedPaths,
    image: request.image,
  });
  return { session: taskObject(request.project, request.name, spec), warnings };
}

/** The object of a task: name, labels and annotation follow from the task and its spec. */
export function taskObject(
  project: string,
  name: string,
  spec: AgenticSession['spec'],
  retry?: { root: string; count: number },
): AgenticSession {
  return {
    apiVersion: API_VERSION,
    kind: 'AgenticSession',
    metadata: {
      name: sessionName(project, name),
      namespace: project,
      labels: present({
        [LABEL.mode]: 'background',
        [LABEL.task]: name,
        [LABEL.template]: spec.templateId as string,
        [LABEL.creator]: creatorLabel(spec.userContext?.userId ?? ''),
        [LABEL.repo]: repoLabel(spec.repos?.[0]?.input?.url ?? ''),
        [LABEL.retryOf]: retry?.root as string,
      }),
      annotations: { [RETRY_COUNT_ANNOTATION]: String(retry?.count ?? 0) },
    },
    spec: retry ? { ...spec, retryOf: retry.root, cancel: undefined } : spec,
  };
}
