import type { NewTaskBody } from '../../shapes/task-shapes.ts';
import type { TemplateView } from '../../views/template-view.ts';

/** What the form holds, as it was typed. */
export interface TaskForm {
  name: string;
  repository: string;
  branch: string;
  template: string;
  parameters: Readonly<Record<string, string>>;
  instructions: string;
  agent: string;
  run: string;
  model: string;
  image: string;
  minutes: string;
  queue: boolean;
  draft: boolean;
}
export type TextField = Exclude<keyof TaskForm, 'parameters' | 'queue' | 'draft'>;

export const EMPTY_FORM: TaskForm = {
  name: '',
  repository: '',
  branch: '',
  template: '',
  parameters: {},
  instructions: '',
  agent: '',
  run: '',
  model: '',
  image: '',
  minutes: '',
  queue: false,
  draft: false,
};

export type FormEvent =
  | { type: 'text'; field: TextField; value: string }
  | { type: 'flag'; field: 'queue' | 'draft'; value: boolean }
  | { type: 'parameter'; name: string; value: string }
  | { type: 'template'; name: string; template?: TemplateView };

const defaults = (template?: TemplateView): Record<string, string> =>
  Object.fromEntries((template?.parameters ?? []).map(({ name, defaultValue = '' }) => [name, defaultValue]));

/** Another template brings its own parameters; values of those that both have stay. */
export function taskForm(form: TaskForm, event: FormEvent): TaskForm {
  switch (event.type) {
    case 'text':
    case 'flag':
      return { ...form, [event.field]: event.value };
    case 'parameter':
      return { ...form, parameters: { ...form.parameters, [event.name]: event.value } };
    case 'template': {
      const parameters = Object.entries(defaults(event.template)).map(([name, value]) => [
        name,
        (Object.hasOwn(form.parameters, name) && form.parameters[name]) || value,
      ]);
      return { ...form, template: event.name, parameters: Object.fromEntries(parameters) };
    }
  }
}

/** The task's schema has 60 to 3600 seconds. */
const isMinutes = (text: string): boolean =>
  /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 60;

/** What is missing, by the API's paths: sentences for what need not be asked of the server. */
export function missingIn(form: TaskForm, template?: TemplateView): Record<string, string> {
  const missing: Record<string, string> = {};
  if (!form.name.trim()) missing['name'] = 'Give the task a name, such as upgrade-lodash.';
  if (!form.repository.trim()) missing['repository.url'] = 'Say which repository to work on.';
  if (!form.template && !form.instructions.trim())
    missing['instructions'] = 'Say what is to be done, or choose a template.';
  if (form.agent === 'command' && !form.run.trim())
    missing['agent.run'] = 'Give the command that makes the change.';
  if (form.minutes.trim() && !isMinutes(form.minutes.trim()))
    missing['timeout'] = 'Give a whole number of minutes from 1 to 60.';
  for (const { name, required } of template?.parameters ?? [])
    if (required && !form.parameters[name]?.trim()) missing[`parameters.${name}`] = `${name} is required.`;
  return missing;
}

const given = (parameters: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));

function agentOf({ agent, run, model }: TaskForm): Partial<NewTaskBody> {
  if (!agent) return {};
  if (agent === 'command') return { agent: { type: agent, run } };
  return { agent: { type: agent, ...(model.trim() && { model: model.trim() }) } };
}

/** The body of the request: what was left empty is not in it. */
export function bodyOf(form: TaskForm): NewTaskBody {
  const [branch, instructions, image] = [form.branch.trim(), form.instructions.trim(), form.image.trim()];
  const parameters = given(form.parameters);
  return {
    name: form.name.trim(),
    repository: { url: form.repository.trim(), ...(branch && { branch }) },
    ...(instructions && { instructions }),
    ...(form.template && { templateId: form.template }),
    ...(form.template && Object.keys(parameters).length > 0 && { parameters }),
    ...agentOf(form),
    ...(image && { image }),
    ...(form.minutes.trim() && { timeout: Number(form.minutes) * 60 }),
    ...(form.queue && { queue: true }),
    ...(form.draft && { pullRequest: { draft: true } }),
  };
}
