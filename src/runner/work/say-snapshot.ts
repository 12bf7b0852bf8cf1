import { plainText } from '../../domain/text.ts';
import { readable } from '../git.ts';
import type { StageLog } from '../stage-log.ts';
import type { Snapshot } from '../survey.ts';

/** The first five paths of a list, and how many more there are. */
export const named = (paths: readonly string[]): string => {
  const shown = paths.slice(0, 5).map((path) => plainText(JSON.stringify(readable(path)).slice(1, -1)));
  return `${shown.join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;
};

/** Says in the log what of the checkout is part of a change, or is not, against what one would expect. */
export function saySnapshot(log: StageLog, { nested, forced, locks, moved }: Snapshot): void {
  if (nested.length > 0)
    log.line(`Repositories inside the checkout are left out of the change: ${named(nested)}`);
  if (forced.length > 0)
    log.line(`The agent added ignored files, which are part of the change: ${named(forced)}`);
  if (locks.length > 0)
    log.line(
      `Installing dependencies wrote ${named(locks)}, which is not part of the change. To include it, name it in the instructions.`,
    );
  for (const { path, commit } of moved)
    log.line(`The change moves the submodule ${readable(path)} to ${commit.slice(0, 12)}`);
}
