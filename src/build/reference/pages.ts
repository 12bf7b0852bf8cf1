import { agentsPage } from './agents.ts';
import { cliPage } from './cli.ts';
import { metricsPage } from './metrics.ts';
import { objectsPage } from './objects.ts';
import { protectedPathsPage } from './protected-paths.ts';
import { restPage } from './rest.ts';
import { settingsPage } from './settings.ts';

/** The generated pages of docs/reference/, by their file names. */
export const referencePages = async (): Promise<Record<string, string>> => ({
  'agents.md': await agentsPage(),
  'cli.md': await cliPage(),
  'metrics.md': await metricsPage(),
  'objects.md': objectsPage(),
  'protected-paths.md': protectedPathsPage(),
  'rest.md': await restPage(),
  'settings.md': settingsPage(),
});
