import type { TemplateView } from '../../../views/template-view.ts';

/** The API's paths of the fields that the form shows. */
export const fieldPaths = (template?: TemplateView): string[] => [
  'name',
  'repository.url',
  'repository.branch',
  'templateId',
  'instructions',
  'agent.type',
  'agent.run',
  'agent.model',
  'image',
  'timeout',
  ...(template?.parameters ?? []).map(({ name }) => `parameters.${name}`),
];
