/** Projects that are remembered. */
const MOST = 8;

const isProject = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value);

/** True for a name that a project can have: a DNS label. */
export const canBeProject = (name: string): boolean => isProject(name);

/** What was remembered, the latest first. Whatever stands there may be anything. */
export function recentProjects(stored: string | null): string[] {
  try {
    const value: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(value) ? value.filter(isProject).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** What is to be remembered once a project was visited. */
export const withProject = (recent: readonly string[], project: string): string[] =>
  [project, ...recent.filter((other) => other !== project)].filter(isProject).slice(0, MOST);
