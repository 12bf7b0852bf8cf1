import { useEffect, useMemo, useState } from 'preact/hooks';
import { useRoute } from './hooks/navigation.ts';
import { rememberProject, sessionSecret } from './hooks/remembered.ts';
import { SessionProvider } from './hooks/session.ts';
import { useSession } from './hooks/use-session.ts';
import { apiFor } from './net/api.ts';
import { PageLink } from './parts/link.tsx';
import { Shell } from './parts/shell.tsx';
import { NewTask } from './pages/new/new-task.tsx';
import { Projects } from './pages/projects.tsx';
import { SignIn } from './pages/sign-in.tsx';
import { SwitchUser } from './pages/switch-user.tsx';
import { Task } from './pages/task/task.tsx';
import { Tasks } from './pages/tasks/tasks.tsx';
import { Templates } from './pages/templates.tsx';
import { pathOf, type Route } from './state/route.ts';

/** The pages. */
export function App() {
  const route = useRoute();
  const { session, enter, answer, refuse, leave } = useSession();
  const signed = session.state === 'in' ? session.signed : undefined;
  const api = useMemo(
    () =>
      signed &&
      apiFor(
        signed.by === 'token' ? signed.token : undefined,
        (message) => refuse(signed, message),
        sessionSecret(),
      ),
    [signed],
  );
  // What was typed on a page outlives a session that ends meanwhile.
  const [shown, setShown] = useState(api);
  if (api && api !== shown) setShown(api);
  const project = 'project' in route ? route.project : undefined;
  useEffect(() => {
    if (api && project !== undefined) rememberProject(project);
  }, [api, project]);
  const signOut = (): void => {
    leave();
    setShown(undefined);
  };
  return (
    <Shell
      place={`${session.state === 'out' || session.state === 'switch'} ${placeOf(route)}`}
      project={api && project}
      here={hereOf(route)}
      onSignOut={api && signOut}
    >
      {session.state === 'asking' && <p role="status">Signing in…</p>}
      {session.state === 'out' && <SignIn why={session.why} onToken={enter} />}
      {session.state === 'switch' && <SwitchUser asked={session.asked} onAnswer={answer} />}
      {shown && (
        <div hidden={!api}>
          <SessionProvider value={api ?? shown}>
            <Page key={placeOf(route)} route={route} />
          </SessionProvider>
        </div>
      )}
    </Shell>
  );
}

/** Two routes of one place are the same page in another state. */
const placeOf = (route: Route): string =>
  [route.page, 'project' in route && route.project, route.page === 'task' && route.name].join(' ');

const hereOf = ({ page }: Route) =>
  page === 'tasks' || page === 'templates' || page === 'new' ? page : undefined;

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'projects':
      return <Projects />;
    case 'tasks':
      return <Tasks project={route.project} filters={route.filters} />;
    case 'task':
      return <Task project={route.project} name={route.name} />;
    case 'new':
      return <NewTask project={route.project} template={route.template} />;
    case 'templates':
      return <Templates project={route.project} />;
    case 'unknown':
      return (
        <>
          <h1>There is no such page</h1>
          <p>
            <PageLink to={pathOf.projects}>To the projects</PageLink>
          </p>
        </>
      );
  }
}
