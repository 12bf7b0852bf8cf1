import type { TemplateView } from '../../views/template-view.ts';
import { at } from '../net/api.ts';
import { useAnswer } from './use-answer.ts';

/** The templates of a project. */
export const useTemplates = (project: string) =>
  useAnswer(
    (api, signal) => api.json<{ items: TemplateView[] }>(at.templates(project), { signal }),
    [project],
  );
