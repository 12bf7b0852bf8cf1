import { API_VERSION, isDnsLabel, LABEL } from '../api/names.ts';
import type { AgenticSession, TaskTemplate, TemplateSpec } from '../api/types.ts';
import { BgtaskError, hasCode } from '../domain/errors.ts';
import { phaseOf, taskName } from '../domain/task.ts';
import { TemplateError, validateTemplate } from '../domain/template.ts';
import type { Engine } from '../engine/engine.ts';
import { findTask } from './find-task.ts';
import { checkObject, readObjects, type Source } from './read-objects.ts';
import { replacingPatch } from './replacing-patch.ts';

export interface StoredTemplate {
  template: TaskTemplate;
  warnings: string[];
}

const notFound = (name: string, project: string): BgtaskError =>
  new BgtaskError('NotFound', `Template "${name}" not found in project "${project}".`, {
    hint: 'See what is there: bgtask template list',
  });

/** Throws Invalid unless the name is a DNS label of at most 63 characters: it is a label's value on every task. */
function checkTemplateName(name: string): void {
  if (!isDnsLabel(name, 63))
    throw new BgtaskError(
      'Invalid',
      `name: ${JSON.stringify(name.slice(0, 80))} is not a valid template name: it must be a DNS label of at most 63 characters.`,
      { hint: 'For example: upgrade-dependency' },
    );
}

/** A template's object; its patterns and defaults are checked and the spec is brought to its normal form. Throws Invalid or TemplateError. */
export function buildTemplate(
  project: string,
  name: string,
  spec: TemplateSpec,
  labels?: Record<string, string>,
): StoredTemplate {
  checkTemplateName(name);
  const checked = validateTemplate(spec);
  if (checked.errors.length > 0) throw new TemplateError(name, checked.errors);
  const template: TaskTemplate = {
    apiVersion: API_VERSION,
    kind: 'TaskTemplate',
    metadata: { name, namespace: project, ...(labels && { labels }) },
    spec: checked.spec,
  };
  return { template, warnings: checked.warnings };
}

/** Returns the object as it would be stored, checked here or by the engine's store; nothing is stored. Throws Invalid. */
export async function checkTemplate(
  engine: Engine,
  template: TaskTemplate,
  where: 'client' | 'server',
): Promise<TaskTemplate> {
  if (where === 'server') return engine.store.create('TaskTemplate', template, { dryRun: true });
  await checkObject('TaskTemplate', template, `template "${template.metadata.name}"`);
  return template;
}

/** Stores a new template. Throws Invalid, TemplateError or AlreadyExists. */
export async function createTemplate(engine: Engine, built: StoredTemplate): Promise<StoredTemplate> {
  const { name, namespace } = built.template.metadata;
  try {
    return { ...built, template: await engine.store.create('TaskTemplate', built.template) };
  } catch (error) {
    if (!hasCode(error, 'AlreadyExists')) throw error;
    throw new BgtaskError('AlreadyExists', `Template "${name}" already exists in project "${namespace}".`, {
      hint: `Remove it first: bgtask template delete ${name}`,
      cause: error,
    });
  }
}

/**
 * Replaces the spec of a stored template, and sets the labels in `labels`; an undefined value removes the label. Other labels and the count of its uses
 * stay. Throws Invalid, TemplateError, NotFound, or Conflict if another user or process changed it at the same moment.
 */
export async function replaceTemplate(
  engine: Engine,
  project: string,
  name: string,
  wanted: { spec: TemplateSpec; labels: Record<string, string | undefined> },
): Promise<StoredTemplate> {
  const { template, warnings } = buildTemplate(project, name, wanted.spec);
  const old = await getTemplate(engine, project, name);
  const labels = Object.fromEntries(
    Object.entries(wanted.labels).map(([label, value]) => [label, value ?? null]),
  );
  const stored = await engine.store.patch('TaskTemplate', template.metadata, {
    metadata: { labels, resourceVersion: old.metadata.resourceVersion },
    spec: replacingPatch(old.spec, template.spec),
  });
  return { template: stored, warnings };
}

/** The templates of a project, or of all. */
export const listTemplates = (
  engine: Engine,
  namespace: string | undefined,
  selector?: string,
): Promise<TaskTemplate[]> => engine.store.list('TaskTemplate', { namespace, selector });

/** One template. Throws NotFound. */
export async function getTemplate(engine: Engine, project: string, name: string): Promise<TaskTemplate> {
  const template = await engine.store.get('TaskTemplate', { namespace: project, name });
  if (!template) throw notFound(name, project);
  return template;
}

/** Removes a template; tasks made from it stay. Throws NotFound. */
export async function deleteTemplate(engine: Engine, project: string, name: string): Promise<void> {
  await getTemplate(engine, project, name);
  await engine.store.delete('TaskTemplate', { namespace: project, name });
}

/** The templates in YAML or JSON text. Throws Invalid or TemplateError. */
export async function readTemplates(text: string, source: Source): Promise<StoredTemplate[]> {
  const objects = await readObjects('TaskTemplate', text, source);
  return objects.map(({ metadata, spec }) =>
    buildTemplate(metadata.namespace, metadata.name, spec, metadata.labels),
  );
}

/** A value in a text becomes a placeholder; `\{{` keeps braces that the text had. */
function withPlaceholders(text: string, parameters: ReadonlyMap<string, string>): string {
  let made = text.replaceAll('{{', '\\{{');
  for (const [name, value] of parameters) made = made.replaceAll(value, `{{${name}}}`);
  return made;
}

/**
 * A template made of a successful task: what it was told, with the given values as parameters. Throws Invalid for a task that is not Completed, and
 * for a value that its instructions do not hold.
 */
export async function templateFromTask(
  engine: Engine,
  project: string,
  task: string,
  wanted: { name: string; displayName?: string; parameters: Record<string, string> },
): Promise<StoredTemplate> {
  const session: AgenticSession = await findTask(engine, project, task);
  if (phaseOf(session) !== 'Completed')
    throw new BgtaskError(
      'Invalid',
      `Task "${taskName(session)}" is ${phaseOf(session)}; a template is made from a Completed task.`,
    );
  const prompt = session.spec.prompt ?? '';
  const missing = Object.entries(wanted.parameters).find(
    ([, value]) => value === '' || !prompt.includes(value),
  );
  if (missing)
    throw new BgtaskError(
      'Invalid',
      `-p ${missing[0]}: the task's instructions do not hold ${JSON.stringify(missing[1])}.`,
    );
  // Longer values first, so that one value inside another is not torn apart.
  const ordered = new Map(Object.entries(wanted.parameters).sort(([, a], [, b]) => b.length - a.length));
  const { agent, checks, pullRequest } = session.spec;
  const spec: TemplateSpec = {
    displayName: wanted.displayName ?? wanted.name,
    description: `Made from task ${taskName(session)}`,
    instructionsTemplate: withPlaceholders(prompt, ordered),
    parameters: Object.entries(wanted.parameters).map(([name, value]) => ({
      name,
      type: 'string',
      required: true,
      description: `For example ${value}`.slice(0, 512),
    })),
    ...(agent && { agent: agent.run ? { ...agent, run: withPlaceholders(agent.run, ordered) } : agent }),
    ...(checks && { checks }),
    ...(pullRequest && { pullRequest }),
  };
  return buildTemplate(project, wanted.name, spec, { [LABEL.category]: 'custom' });
}
