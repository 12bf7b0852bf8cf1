import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { TaskBody } from '../../../shapes/task-shapes.ts';
import type { TemplateView } from '../../../views/template-view.ts';
import { goTo } from '../../hooks/navigation.ts';
import { useApi } from '../../hooks/session.ts';
import { useTemplates } from '../../hooks/use-templates.ts';
import { useTitle } from '../../hooks/use-title.ts';
import { at, Refused } from '../../net/api.ts';
import { focusFirstWrong } from '../../parts/field.tsx';
import { Notice } from '../../parts/notice.tsx';
import { sortRefusal, type Sorted } from '../../state/field-errors.ts';
import { pathOf } from '../../state/route.ts';
import { bodyOf, EMPTY_FORM, missingIn, taskForm, type TaskForm } from '../../state/task-form.ts';
import { AgentFields } from './agent-fields.tsx';
import { MainFields } from './main-fields.tsx';
import { fieldPaths } from './paths.ts';

type Made = TaskBody & { warnings?: string[] };
interface Trouble extends Sorted {
  title?: string;
  /** True when the same task could wait in line. */
  line?: boolean;
}
const NO_TROUBLE: Trouble = { fields: {}, rest: '' };

function troubleOf(error: unknown, paths: readonly string[]): Trouble {
  if (!(error instanceof Refused))
    return {
      fields: {},
      rest: 'Whether the task was made is not known: look at the list before you send it again.',
      title: error instanceof Error ? error.message : String(error),
    };
  const { status, title } = error.words;
  const sorted = sortRefusal(error.words, paths);
  return { ...sorted, ...(sorted.rest && { title }), line: status === 409 && title !== 'Already exists' };
}

/** Sends the form; what is wrong with it comes back, sorted to its fields. */
function useSending(project: string, template: TemplateView | undefined) {
  const api = useApi();
  const [trouble, setTrouble] = useState<Trouble>(NO_TROUBLE);
  const [sending, setSending] = useState(false);
  const send = async (form: TaskForm): Promise<void> => {
    const missing = missingIn(form, template);
    if (Object.keys(missing).length > 0) return setTrouble({ fields: missing, rest: '' });
    setSending(true);
    setTrouble(NO_TROUBLE);
    try {
      const made = await api.json<Made>(at.tasks(project), { method: 'POST', body: bodyOf(form) });
      goTo(pathOf.task(project, made.name), { warnings: made.warnings ?? [] });
    } catch (failure) {
      setTrouble(troubleOf(failure, fieldPaths(template)));
      setSending(false);
    }
  };
  return { trouble, sending, send };
}

/** The form of a new task. */
export function NewTask({ project, template: wanted }: { project: string; template?: string | undefined }) {
  useTitle('New task');
  const { answer, error } = useTemplates(project);
  const [form, dispatch] = useReducer(taskForm, EMPTY_FORM);
  const template = answer?.items.find(({ name }) => name === form.template);
  const { trouble, sending, send } = useSending(project, template);
  const element = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (wanted === undefined || !answer) return;
    dispatch({ type: 'template', name: wanted, template: answer.items.find(({ name }) => name === wanted) });
  }, [wanted, answer]);
  useEffect(() => focusFirstWrong(element.current), [trouble]);

  const inLine = (): void => {
    dispatch({ type: 'flag', field: 'queue', value: true });
    void send({ ...form, queue: true });
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!sending) void send(form);
  };
  const shared = { form, dispatch, errors: trouble.fields, template };
  return (
    <div class="form-page">
      <h1>New task</h1>
      <form class="card stack" onSubmit={submit} noValidate ref={element} aria-label="New task">
        <TroubleNotice trouble={trouble} onLine={inLine} />
        {error && (
          <Notice tone="warning" title="The templates cannot be shown.">
            {error.message}
          </Notice>
        )}
        <MainFields {...shared} templates={answer?.items ?? []} />
        <AgentFields {...shared} />
        <div>
          <button type="submit" class="button button-main" aria-disabled={sending}>
            {sending ? 'Sending …' : 'Send it'}
          </button>
        </div>
      </form>
    </div>
  );
}

/** What is wrong and belongs to no field. */
function TroubleNotice({ trouble, onLine }: { trouble: Trouble; onLine: () => void }) {
  if (trouble.title === undefined) return null;
  return (
    <div class="notice notice-bad" role="alert" tabIndex={-1}>
      <strong class="notice-title">{trouble.title}</strong>
      <p class="break">{trouble.rest}</p>
      {trouble.line && (
        <button type="button" class="button" onClick={onLine}>
          Let it wait in line
        </button>
      )}
    </div>
  );
}
