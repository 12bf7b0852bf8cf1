import { Field } from '../../parts/field.tsx';
import type { TextField } from '../../state/task-form.ts';
import type { FormPart } from './form-part.ts';

interface TextInputProps extends FormPart {
  /** The API's path, where errors are found. */
  path: string;
  /** The form's field. */
  field: TextField;
  label: string;
  hint?: string;
  required?: boolean;
  /** Lines of a text; one line without it. */
  rows?: number;
  code?: boolean;
}

/** A text of the form. */
export function TextInput({
  form,
  dispatch,
  errors,
  path,
  field,
  label,
  hint,
  required,
  rows,
  code,
}: TextInputProps) {
  const shared = {
    value: form[field],
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
      dispatch({ type: 'text', field, value: currentTarget.value }),
    spellcheck: field === 'instructions',
    autoComplete: 'off',
    ...(code && { class: 'code' }),
  };
  return (
    <Field path={path} label={label} hint={hint} error={errors[path]} required={required}>
      {(ties) =>
        rows === undefined ? (
          <input {...ties} {...shared} type="text" autoCapitalize="none" />
        ) : (
          <textarea {...ties} {...shared} rows={rows} />
        )
      }
    </Field>
  );
}
