import type { TemplateView } from '../../../views/template-view.ts';
import { Field } from '../../parts/field.tsx';
import type { FormPart } from './form-part.ts';
import { ParameterFields } from './parameter-fields.tsx';
import { TextInput } from './text-input.tsx';

/** Name, repository, and what is to be done there. */
export function MainFields(props: FormPart & { templates: readonly TemplateView[] }) {
  const { form, template, templates } = props;
  return (
    <>
      <TextInput
        {...props}
        path="name"
        field="name"
        label="Name"
        required
        hint="Lower-case letters, digits and dashes, such as upgrade-lodash. The branch is named after it."
      />
      <TextInput
        {...props}
        path="repository.url"
        field="repository"
        label="Repository"
        required
        hint="Its URL, such as https://github.com/example-org/app."
      />
      <TextInput
        {...props}
        path="repository.branch"
        field="branch"
        label="Base branch"
        hint="The repository's default when empty."
      />
      <TemplateChoice {...props} templates={templates} />
      {template?.description && <p class="hint text">{template.description}</p>}
      <ParameterFields {...props} />
      <TextInput
        {...props}
        path="instructions"
        field="instructions"
        label={form.template ? 'More instructions' : 'Instructions'}
        required={!form.template}
        rows={5}
        hint={
          form.template
            ? "What is to be added to the template's own."
            : 'What the agent is to do, as you would tell a colleague.'
        }
      />
    </>
  );
}

function TemplateChoice({
  form,
  dispatch,
  errors,
  templates,
}: FormPart & { templates: readonly TemplateView[] }) {
  const choose = (name: string): void =>
    dispatch({ type: 'template', name, template: templates.find((template) => template.name === name) });
  const unknown = form.template !== '' && !templates.some(({ name }) => name === form.template);
  return (
    <Field
      path="templateId"
      label="Template"
      error={
        errors['templateId'] ??
        (unknown ? `There is no template ${form.template} in this project.` : undefined)
      }
      hint={templates.length === 0 ? 'This project has no templates yet.' : undefined}
    >
      {(ties) => (
        <select {...ties} value={form.template} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">None: I write the instructions myself</option>
          {unknown && <option value={form.template}>{form.template}</option>}
          {templates.map(({ name, displayName }) => (
            <option key={name} value={name}>
              {displayName} ({name})
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
