import type { TemplateView } from '../../views/template-view.ts';
import { useTemplates } from '../hooks/use-templates.ts';
import { useTitle } from '../hooks/use-title.ts';
import { Refused } from '../net/api.ts';
import { PageLink } from '../parts/link.tsx';
import { Notice, Refusal } from '../parts/notice.tsx';
import { Ago } from '../parts/time.tsx';
import { pathOf } from '../state/route.ts';

/** The templates of a project, to read and to use. */
export function Templates({ project }: { project: string }) {
  useTitle(`Templates of ${project}`);
  const { answer, error } = useTemplates(project);
  return (
    <>
      <h1>Templates</h1>
      {error instanceof Refused && <Refusal refusal={error} />}
      {error && !(error instanceof Refused) && (
        <Notice tone="bad" title={error.message}>
          Load the page again.
        </Notice>
      )}
      {!answer && !error && <p class="quiet">Loading the templates …</p>}
      {answer?.items.length === 0 && <NoTemplates project={project} />}
      <ul class="templates">
        {answer?.items.map((template) => (
          <TemplateCard key={template.uid} project={project} template={template} />
        ))}
      </ul>
    </>
  );
}

function NoTemplates({ project }: { project: string }) {
  return (
    <section class="card empty">
      <h2>No templates yet</h2>
      <p>
        A template is a chore with parameters, ready to be sent again and again. Install one that comes with
        bgtask:
      </p>
      <p>
        <code>bgtask template install upgrade-dependency -n {project}</code>
      </p>
      <p class="quiet">
        Or make one of a task that went well: <code>bgtask template from-task TASK -n {project}</code>
      </p>
    </section>
  );
}

function TemplateCard({ project, template }: { project: string; template: TemplateView }) {
  const { name, displayName, description, category, language, usageCount, lastUsed } = template;
  return (
    <li class="card">
      <h2 class="break">{displayName}</h2>
      <p class="quiet">
        <code class="break">{name}</code>
        {[category, language].map((label) => label && <span key={label}> · {label}</span>)}
      </p>
      {description && <p class="text">{description}</p>}
      <Contents template={template} />
      <p class="template-foot">
        <PageLink
          to={pathOf.create(project, name)}
          class="button"
          aria-label={`Use the template ${displayName}`}
        >
          Use it
        </PageLink>
        <span class="quiet">
          {usageCount === 0 ? 'not used yet' : `used ${usageCount} ${usageCount === 1 ? 'time' : 'times'}`}
          {lastUsed && (
            <>
              , <Ago time={lastUsed} />
            </>
          )}
        </span>
      </p>
    </li>
  );
}

/** The template's text and its parameters, for users who want the details. */
function Contents({ template: { instructionsTemplate, parameters = [] } }: { template: TemplateView }) {
  return (
    <details>
      <summary>What it says</summary>
      <p class="text">{instructionsTemplate}</p>
      {parameters.length > 0 && (
        <dl class="facts">
          {parameters.map((parameter) => (
            <div key={parameter.name}>
              <dt>
                <code>{parameter.name}</code>
              </dt>
              <dd class="break">
                {[
                  parameter.type ?? 'string',
                  parameter.required && 'required',
                  parameter.defaultValue && `default ${parameter.defaultValue}`,
                ]
                  .filter(Boolean)
                  .join(', ')}
                {parameter.description && <span class="quiet"> {parameter.description}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}
