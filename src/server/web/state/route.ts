/** Which page an address stands for. */
export type Route =
  | { page: 'projects' }
  | { page: 'tasks'; project: string; filters: Filters }
  | { page: 'task'; project: string; name: string }
  | { page: 'new'; project: string; template?: string }
  | { page: 'templates'; project: string }
  | { page: 'unknown'; path: string };

const FILTERS = ['name', 'status', 'creator', 'repo', 'template', 'since'] as const;
/** The filters of the list of tasks, as the API names them. */
export type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

function filtersOf(search: string): Filters {
  const query = new URLSearchParams(search);
  return Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = query.get(name)?.trim();
      return value ? [[name, value]] : [];
    }),
  );
}

function projectRoute(project: string, rest: readonly string[], search: string): Route | undefined {
  const [what, name] = rest;
  if (rest.length === 0) return { page: 'tasks', project, filters: filtersOf(search) };
  if (what === 'tasks' && name !== undefined && rest.length === 2) return { page: 'task', project, name };
  if (rest.length > 1) return undefined;
  if (what === 'templates') return { page: 'templates', project };
  if (what !== 'new') return undefined;
  const template = new URLSearchParams(search).get('template');
  return { page: 'new', project, ...(template && { template }) };
}

/** The page at a path and a query. */
export function routeOf(path: string, search = ''): Route {
  const [first, project, ...rest] = path.split('/').filter(Boolean).map(decoded);
  if (first === undefined) return { page: 'projects' };
  const found = first === 'projects' && project !== undefined && projectRoute(project, rest, search);
  return found || { page: 'unknown', path };
}

const segment = encodeURIComponent;

/** The addresses of pages. */
export const pathOf = {
  projects: '/',
  tasks(project: string, filters: Filters = {}): string {
    const given = FILTERS.flatMap((name): [string, string][] =>
      filters[name] ? [[name, filters[name]]] : [],
    );
    const query = new URLSearchParams(given).toString();
    return `/projects/${segment(project)}${query && `?${query}`}`;
  },
  task: (project: string, name: string): string => `/projects/${segment(project)}/tasks/${segment(name)}`,
  create: (project: string, template?: string): string =>
    `/projects/${segment(project)}/new${template ? `?template=${segment(template)}` : ''}`,
  templates: (project: string): string => `/projects/${segment(project)}/templates`,
};
