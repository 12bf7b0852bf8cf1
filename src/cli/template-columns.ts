import { LABEL } from '../api/names.ts';
import type { TaskTemplate } from '../api/types.ts';
import { age } from './output/age.ts';
import type { Column } from './output/table.ts';
import type { Showing } from './print-objects.ts';

const TEMPLATE_COLUMNS: readonly Column<TaskTemplate>[] = [
  { header: 'NAME', value: (template) => template.metadata.name },
  { header: 'DISPLAY NAME', value: (template) => template.spec.displayName, cut: true },
  { header: 'CATEGORY', value: (template) => template.metadata.labels?.[LABEL.category] ?? '<none>' },
  { header: 'USED', value: (template) => String(template.status?.usageCount ?? 0) },
  {
    header: 'LAST USED',
    value: (template, now) => (template.status?.lastUsed ? age(template.status.lastUsed, now) : '<never>'),
  },
  {
    header: 'LANGUAGE',
    value: (template) => template.metadata.labels?.[LABEL.language] ?? '<none>',
    wide: true,
  },
  { header: 'AGE', value: (template, now) => age(template.metadata.creationTimestamp, now) },
];

/** How templates are shown. */
export const TEMPLATES: Showing<TaskTemplate> = {
  columns: TEMPLATE_COLUMNS,
  kindName: 'tasktemplate.vteam.ambient-code',
  noun: 'template',
  nameOf: (template) => template.metadata.name,
};

/** Those that come with bgtask, whose use and age are not counted. */
export const READY_TEMPLATES: Showing<TaskTemplate> = {
  ...TEMPLATES,
  columns: TEMPLATE_COLUMNS.filter(({ header }) => !['USED', 'LAST USED', 'AGE'].includes(header)),
};

/** The same with the project in front, for -A. */
export const TEMPLATES_OF_ALL_PROJECTS: Showing<TaskTemplate> = {
  ...TEMPLATES,
  columns: [{ header: 'PROJECT', value: (template) => template.metadata.namespace }, ...TEMPLATE_COLUMNS],
};
