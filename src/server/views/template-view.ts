import { LABEL } from '../../api/names.ts';
import type { TaskTemplate, TemplateSpec } from '../../api/types.ts';

/** A template as a caller of the API sees it. */
export interface TemplateView extends TemplateSpec {
  name: string;
  uid: string;
  project: string;
  category?: string;
  language?: string;
  createdAt: string | null;
  usageCount: number;
  lastUsed: string | null;
}

/** A template, flat, in the API's own words. */
export function templateView({ metadata, spec, status = {} }: TaskTemplate): TemplateView {
  const { labels = {} } = metadata;
  const category = labels[LABEL.category];
  const language = labels[LABEL.language];
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    project: metadata.namespace,
    ...spec,
    ...(category && { category }),
    ...(language && { language }),
    createdAt: metadata.creationTimestamp ?? null,
    usageCount: status.usageCount ?? 0,
    lastUsed: status.lastUsed ?? null,
  };
}
