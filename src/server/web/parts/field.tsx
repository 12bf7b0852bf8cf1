import type { ComponentChildren } from 'preact';

/** What an input needs to be tied to its label, its hint and its error. */
export interface Ties {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
  'aria-required'?: boolean;
}

interface FieldProps {
  /** The API's path of the field. */
  path: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  required?: boolean | undefined;
  children: (ties: Ties) => ComponentChildren;
}

const idOf = (path: string): string => `field-${path.replace(/[^a-zA-Z0-9_-]/g, '-')}`;

/** One field of a form: label, input, hint, and what is wrong with it. */
export function Field({ path, label, hint, error, required, children }: FieldProps) {
  const id = idOf(path);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const ties: Ties = {
    id,
    ...(described && { 'aria-describedby': described }),
    ...(error && { 'aria-invalid': true }),
    ...(required && { 'aria-required': true }),
  };
  return (
    <div class={error ? 'field field-wrong' : 'field'}>
      <label for={id}>
        {label}
        {required && <span class="quiet"> (required)</span>}
      </label>
      {children(ties)}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** Puts the keyboard on the first field that is wrong, when there is one. */
export function focusFirstWrong(form: HTMLElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.focus();
}
