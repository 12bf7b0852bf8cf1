import type { TemplateView } from '../../../views/template-view.ts';
import { Field, type Ties } from '../../parts/field.tsx';
import type { FormPart } from './form-part.ts';

type Parameter = NonNullable<TemplateView['parameters']>[number];

/** The template's parameters, each as the field that its type asks for. */
export function ParameterFields({ form, dispatch, errors, template }: FormPart) {
  const parameters = template?.parameters ?? [];
  if (parameters.length === 0) return null;
  return (
    <fieldset class="stack">
      <legend>Parameters</legend>
      {parameters.map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          value={form.parameters[parameter.name] ?? ''}
          error={errors[`parameters.${parameter.name}`]}
          onValue={(value) => dispatch({ type: 'parameter', name: parameter.name, value })}
        />
      ))}
    </fieldset>
  );
}

interface ParameterProps {
  parameter: Parameter;
  value: string;
  error: string | undefined;
  onValue: (value: string) => void;
}

function ParameterField({ parameter, value, error, onValue }: ParameterProps) {
  const { name, description, required, validationRegex } = parameter;
  const hint = [description, validationRegex && `It must match ${validationRegex}`]
    .filter(Boolean)
    .join('. ');
  const choices = parameter.type === 'boolean' ? ['true', 'false'] : parameter.enum;
  return (
    <Field
      path={`parameters.${name}`}
      label={name}
      hint={hint || undefined}
      error={error}
      required={required}
    >
      {(ties) =>
        choices ? (
          <ChoiceInput ties={ties} choices={choices} value={value} onValue={onValue} />
        ) : (
          <input
            {...ties}
            type="text"
            value={value}
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            {...(parameter.type === 'integer' && { inputMode: 'numeric' as const })}
            onInput={(event) => onValue(event.currentTarget.value)}
          />
        )
      }
    </Field>
  );
}

interface ChoiceInputProps {
  ties: Ties;
  choices: readonly string[];
  value: string;
  onValue: (value: string) => void;
}

function ChoiceInput({ ties, choices, value, onValue }: ChoiceInputProps) {
  return (
    <select {...ties} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
      <option value="">Not set</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}
