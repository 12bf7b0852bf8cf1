import { PROTECTED, PROTECTED_WHY } from '../../domain/protected.ts';
import { code, generated, table } from './markdown.ts';

/** docs/reference/protected-paths.md: what a change must not touch unless the task names it. */
export function protectedPathsPage(): string {
  const rows = PROTECTED.map(([path, reader, why]) => [code(path), reader, PROTECTED_WHY[why]]);
  const intro = `A task whose change touches one of these paths ends with the reason [ProtectedPath](../troubleshooting.md#protectedpath), unless it names the path with \`--allow-path\`. \`protectedPaths\` of [the settings](../settings.md) replaces the list; \`protectedPaths\` of a repository's \`.bgtask.yaml\` adds to it. Paths are read as in \`.gitignore\`: without a slash in any folder, with one from the root. Case makes no difference, and a name that Windows or macOS takes for a protected one is protected too.\n`;
  return [
    generated('Protected paths', 'src/domain/protected.ts'),
    intro,
    table(['path', 'read by', 'why'], rows),
  ].join('\n');
}
