import { LABEL } from '../api/names.ts';
import type { TaskTemplate, TemplateParameter } from '../api/types.ts';
import type { CliContext } from './context.ts';

const parameterLine = (parameter: TemplateParameter): string => {
  const notes = [
    parameter.type ?? 'string',
    parameter.required ? 'required' : undefined,
    parameter.defaultValue === undefined ? undefined : `default ${JSON.stringify(parameter.defaultValue)}`,
    parameter.enum ? `one of ${parameter.enum.join(', ')}` : undefined,
    parameter.validationRegex ? `must match ${parameter.validationRegex}` : undefined,
  ].filter(Boolean);
  return `  ${parameter.name.padEnd(16)}${notes.join(', ')}${parameter.description ? `\n                  ${parameter.description}` : ''}`;
};

/** Everything about a template, for a person, and the command that uses it. Its texts still have to be made safe for a terminal. */
export function describeTemplate(template: TaskTemplate, context: Pick<CliContext, 'program'>): string {
  const { metadata, spec, status } = template;
  const needed = (spec.parameters ?? []).filter(
    (parameter) => parameter.required && parameter.defaultValue === undefined,
  );
  const example = needed.map((parameter) => ` -p ${parameter.name}=…`).join('');
  return [
    `Template:     ${metadata.name}`,
    `Display name: ${spec.displayName}`,
    ...(spec.description ? [`Description:  ${spec.description}`] : []),
    `Category:     ${metadata.labels?.[LABEL.category] ?? '<none>'}`,
    `Used:         ${status?.usageCount ?? 0}${status?.lastUsed ? `, last ${status.lastUsed}` : ''}`,
    ...(spec.agent ? [`Agent:        ${spec.agent.type}${spec.agent.run ? `: ${spec.agent.run}` : ''}`] : []),
    ...(spec.parameters?.length ? ['Parameters:', ...spec.parameters.map(parameterLine)] : []),
    'Instructions:',
    ...spec.instructionsTemplate
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    ...(spec.validationRules?.length
      ? ['The change must satisfy:', ...spec.validationRules.map((rule) => `  - ${rule}`)]
      : []),
    '',
    `Use it: ${context.program} create NAME --repo URL --template ${metadata.name}${example}`,
    '',
  ].join('\n');
}
