import { Field } from '../../parts/field.tsx';
import { agentsOf } from '../../state/agents.ts';
import type { FormPart } from './form-part.ts';
import { TextInput } from './text-input.tsx';

const AGENTS = agentsOf(document.querySelector<HTMLMetaElement>('meta[name=agents]')?.content);

/** Who does it, and under which limits. */
export function AgentFields(props: FormPart) {
  const { form, errors } = props;
  const hidesTrouble = ['agent.model', 'image', 'timeout'].some((path) => errors[path] !== undefined);
  return (
    <>
      <AgentChoice {...props} />
      {form.agent === 'command' && (
        <TextInput
          {...props}
          path="agent.run"
          field="run"
          label="Command"
          required
          rows={3}
          code
          hint="A shell command that changes the checkout, such as a codemod."
        />
      )}
      <details open={hidesTrouble}>
        <summary>More settings</summary>
        <div class="stack">
          {form.agent !== '' && form.agent !== 'command' && (
            <TextInput
              {...props}
              path="agent.model"
              field="model"
              label="Model"
              hint="The agent's own default when empty."
            />
          )}
          <TextInput
            {...props}
            path="image"
            field="image"
            label="Image"
            hint="What the agent and the checks run in on a cluster, such as golang:1.26."
          />
          <TextInput
            {...props}
            path="timeout"
            field="minutes"
            label="Minutes at most"
            hint="From 1 to 60; 60 when empty."
          />
          <Flag {...props} field="queue" label="Wait in line when a limit is reached" />
          <Flag {...props} field="draft" label="Open the pull request as a draft" />
        </div>
      </details>
    </>
  );
}

function Flag({ form, dispatch, field, label }: FormPart & { field: 'queue' | 'draft'; label: string }) {
  return (
    <label class="flag">
      <input
        type="checkbox"
        checked={form[field]}
        onChange={(event) => dispatch({ type: 'flag', field, value: event.currentTarget.checked })}
      />
      {label}
    </label>
  );
}

function AgentChoice({ form, dispatch, errors, template }: FormPart) {
  const usual = template?.agent?.type ?? AGENTS.usual;
  return (
    <Field path="agent.type" label="Agent" error={errors['agent.type']}>
      {(ties) => (
        <select
          {...ties}
          value={form.agent}
          onChange={(event) => dispatch({ type: 'text', field: 'agent', value: event.currentTarget.value })}
        >
          <option value="">{`${template?.agent ? "The template's" : 'The usual one'}: ${usual}`}</option>
          {AGENTS.choices.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
