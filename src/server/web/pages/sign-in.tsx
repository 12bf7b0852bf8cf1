import { useRef, useState } from 'preact/hooks';
import type { Why } from '../hooks/use-session.ts';
import { useTitle } from '../hooks/use-title.ts';
import { Field } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { tokenOf } from '../state/token.ts';

/** Asks for a token. */
export function SignIn({ why, onToken }: { why?: Why | undefined; onToken: (token: string) => void }) {
  useTitle('Sign in');
  const input = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<string>();
  const submit = (event: Event): void => {
    event.preventDefault();
    const token = tokenOf(input.current?.value ?? '');
    if (token !== undefined) return onToken(token);
    setError(
      input.current?.value.trim() ? 'Invalid token: it has characters that no token has.' : 'Paste a token.',
    );
    input.current?.focus();
  };
  return (
    <div class="narrow">
      <h1>Sign in</h1>
      {why && (
        <Notice tone="warning" title={why.title}>
          {why.text}
        </Notice>
      )}
      <form class="card stack" onSubmit={submit} noValidate>
        <Field
          path="token"
          label="Token"
          error={error}
          hint="This browser stays signed in for 12 hours, in all its tabs. The token goes to this server alone, and scripts of a page cannot read it."
        >
          {(ties) => <input {...ties} ref={input} type="password" autoComplete="off" spellcheck={false} />}
        </Field>
        <div>
          <button type="submit" class="button button-main">
            Sign in
          </button>
        </div>
      </form>
      <Sources />
    </div>
  );
}

/** How to get a token. */
function Sources() {
  return (
    <section class="stack">
      <h2>Where a token comes from</h2>
      <p>
        What you may see and do here is what your own account may do in the cluster. Any bearer token that its
        API server accepts will do:
      </p>
      <dl class="commands">
        <dt>Kubernetes, as a service account</dt>
        <dd>
          <code>kubectl create token SERVICEACCOUNT --namespace PROJECT</code>
        </dd>
        <dt>OpenShift, as yourself</dt>
        <dd>
          <code>oc whoami -t</code>
        </dd>
        <dt>On your own machine</dt>
        <dd>
          open the link that <code>bgtask server --engine=local</code> printed when it started
        </dd>
      </dl>
    </section>
  );
}
