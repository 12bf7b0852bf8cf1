import type { Dispatch } from 'preact/hooks';
import type { TemplateView } from '../../../views/template-view.ts';
import type { FormEvent, TaskForm } from '../../state/task-form.ts';

/** What every part of the form gets. */
export interface FormPart {
  form: TaskForm;
  dispatch: Dispatch<FormEvent>;
  errors: Readonly<Record<string, string>>;
  template?: TemplateView | undefined;
}
