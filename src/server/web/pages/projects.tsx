import { useRef, useState } from 'preact/hooks';
import { goTo } from '../hooks/navigation.ts';
import { rememberedProjects } from '../hooks/remembered.ts';
import { useTitle } from '../hooks/use-title.ts';
import { Field } from '../parts/field.tsx';
import { PageLink } from '../parts/link.tsx';
import { canBeProject } from '../state/recent-projects.ts';
import { pathOf } from '../state/route.ts';

/** Where one says which project to look at: a token need not be allowed to list them. */
export function Projects() {
  useTitle('Projects');
  const recent = rememberedProjects();
  const input = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<string>();
  const submit = (event: Event): void => {
    event.preventDefault();
    const project = input.current?.value.trim() ?? '';
    if (canBeProject(project)) return goTo(pathOf.tasks(project));
    setError('A project is a namespace: at most 63 lower-case letters, digits and "-".');
    input.current?.focus();
  };
  return (
    <div class="narrow">
      <h1>Choose a project</h1>
      <form class="card stack" onSubmit={submit} noValidate>
        <Field
          path="project"
          label="Project"
          hint="A project is a namespace of the cluster. On your own machine it is default."
          error={error}
        >
          {(ties) => (
            <input
              {...ties}
              ref={input}
              defaultValue={recent[0] ?? 'default'}
              autoComplete="off"
              autoCapitalize="none"
              spellcheck={false}
            />
          )}
        </Field>
        <div>
          <button type="submit" class="button button-main">
            Show its tasks
          </button>
        </div>
      </form>
      {recent.length > 0 && (
        <section>
          <h2>Visited last</h2>
          <ul class="plain-list">
            {recent.map((project) => (
              <li key={project}>
                <PageLink to={pathOf.tasks(project)}>{project}</PageLink>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
