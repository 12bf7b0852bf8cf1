import { useEffect, useMemo, useState } from 'preact/hooks';
import { useRoute } from './hooks/navigation.ts';
import { rememberedToken, rememberProject, rememberToken } from './hooks/remembered.ts';
import { SessionProvider } from './hooks/session.ts';
import { apiFor } from './net/api.ts';
import { PageLink } from './parts/link.tsx';
import { Shell } from './parts/shell.tsx';
import { NewTask } from './pages/new/new-task.tsx';
import { Projects } from './pages/projects.tsx';
import { SignIn } from './pages/sign-in.tsx';
import { Task } from './pages/task/task.tsx';
import { Tasks } from './pages/tasks/tasks.tsx';
import { Templates } from './pages/templates.tsx';
import { pathOf, type Route } from './state/route.ts';
import { tokenInFragment } from './state/token.ts';

/** Takes the token out of a link, and the link out of the address and the history. */
export function takeToken(): string | undefined {
  const token = tokenInFragment(location.hash);
  if (token === undefined) return undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  rememberToken(token);
  return token;
}

interface Session {
  token?: string | undefined;
  /** What the server said when it refused the last token. */
  why?: string | undefined;
}

function useSession(given: string | undefined) {
  const [session, setSession] = useState<Session>({ token: given ?? rememberedToken() });
  const enter = (token: string | undefined): void => {
    rememberToken(token);
    setSession({ token });
  };
  /** An answer to an old token may come when there is a new one already. */
  const refuse = (refused: string, why: string): void => {
    if (rememberedToken() === refused) rememberToken(undefined);
    setSession((now) => (now.token === refused ? { why } : now));
  };
  useEffect(() => {
    const another = (): void => {
      const token = takeToken();
      if (token !== undefined) enter(token);
    };
    addEventListener('hashchange', another);
    return () => removeEventListener('hashchange', another);
  }, []);
  return { ...session, enter, refuse };
}

/** The pages. `token` is the one that the address brought along. */
export function App({ token: given }: { token: string | undefined }) {
  const route = useRoute();
  const { token, why, enter, refuse } = useSession(given);
  const api = useMemo(
    () => (token === undefined ? undefined : apiFor(token, (message) => refuse(token, message))),
    [token],
  );
  // What was typed on a page outlives a token that ends meanwhile.
  const [shown, setShown] = useState(api);
  if (api && api !== shown) setShown(api);
  const project = 'project' in route ? route.project : undefined;
  useEffect(() => {
    if (api && project !== undefined) rememberProject(project);
  }, [api, project]);
  return (
    <Shell
      place={`${api !== undefined} ${placeOf(route)}`}
      project={api && project}
      here={hereOf(route)}
      onSignOut={api && (() => signOut(enter, setShown))}
    >
      {!api && <SignIn why={why} onToken={(entered) => enter(entered)} />}
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

function signOut(enter: (token: undefined) => void, forget: (api: undefined) => void): void {
  enter(undefined);
  forget(undefined);
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
