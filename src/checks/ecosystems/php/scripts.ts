/** A script is a command or a list; `@name` calls another, `@php` and `@composer` the programs. */
export function composerScripts(value: unknown): Map<string, string> {
  const scripts = new Map<string, string>();
  if (typeof value !== 'object' || value === null) return scripts;
  for (const [name, body] of Object.entries(value)) {
    const lines = (Array.isArray(body) ? body : [body]).filter(
      (line): line is string => typeof line === 'string',
    );
    const commands = lines.map((line) =>
      line
        .replace(/^@(php|composer)\b/, '$1')
        .replace(/^@putenv\b.*/, 'true')
        .replace(/^@/, 'composer run '),
    );
    scripts.set(name, commands.filter((line) => line !== 'true').join(' && '));
  }
  return scripts;
}
