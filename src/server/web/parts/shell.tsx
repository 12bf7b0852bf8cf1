import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { pathOf } from '../state/route.ts';
import { PageLink } from './link.tsx';

interface ShellProps {
  /** Changes when another page is shown. */
  place: string;
  project?: string | undefined;
  here?: 'tasks' | 'templates' | 'new' | undefined;
  onSignOut?: (() => void) | undefined;
  children: ComponentChildren;
}

/** What is around every page: the way to the others, and the page's place for the keyboard. */
export function Shell({ place, project, here, onSignOut, children }: ShellProps) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // The browser itself begins a page that it loads at its top.
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [place]);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="top">
        <PageLink to={pathOf.projects} class="brand" aria-label="bgtask, projects">
          <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="8" />
            <path d="M9 17l5 5 9-12" />
          </svg>
          bgtask
        </PageLink>
        {project !== undefined && <ProjectNav project={project} here={here} />}
        {onSignOut && (
          <button type="button" class="button button-quiet sign-out" onClick={onSignOut}>
            Sign out
          </button>
        )}
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function ProjectNav({ project, here }: { project: string; here?: ShellProps['here'] }) {
  const current = (page: ShellProps['here']): { 'aria-current'?: 'page' } =>
    here === page ? { 'aria-current': 'page' } : {};
  return (
    <nav aria-label={`Project ${project}`}>
      <span class="project break">{project}</span>
      <PageLink to={pathOf.tasks(project)} {...current('tasks')}>
        Tasks
      </PageLink>
      <PageLink to={pathOf.templates(project)} {...current('templates')}>
        Templates
      </PageLink>
      <PageLink to={pathOf.create(project)} class="button button-main" {...current('new')}>
        New task
      </PageLink>
    </nav>
  );
}
