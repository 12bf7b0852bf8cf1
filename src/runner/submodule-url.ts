import { StageError } from '../domain/reasons.ts';
import { checkRepositoryUrl } from '../domain/input.ts';
import { messageOf } from '../domain/errors.ts';

const SCP = /^([\w.-]+@)?[\w.-]+:(?!\/\/)/;

/**
 * A submodule's URL as an absolute one: relative ones (`../other.git`) count from the URL of the repository that names them, as
 * git-submodule(1) has it. An https URL takes the place of one by ssh on the same host, where the repository itself is reached by https: the
 * credential is for that. Throws CloneFailed for a URL that a task's own repository could not have: another scheme, a path of this machine
 * in a repository from elsewhere, a credential in it.
 */
export function submoduleUrl(path: string, url: string, parent: string): string {
  const absolute = /^\.{1,2}(\/|$)/.test(url) ? relativeTo(parent, url) : url;
  const reached = absolute === undefined ? undefined : byHttps(absolute, parent);
  try {
    if (reached === undefined) throw new Error(`it leads out of ${parent}`);
    checkRepositoryUrl(reached, { local: isLocal(parent) || isBesides(reached, parent) }, 'url');
    return reached;
  } catch (error) {
    throw new StageError(
      'CloneFailed',
      `The submodule ${JSON.stringify(path)} has a URL that is refused: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

const isLocal = (url: string): boolean => url.startsWith('/') || /^file:/i.test(url);

/** Plain http is for this machine's own servers: where the repository is on one, its submodules may be on the same. */
const isBesides = (url: string, parent: string): boolean => {
  const origin = /^http:\/\/[^/]+\//i.exec(parent)?.[0];
  return origin !== undefined && url.startsWith(origin);
};

function relativeTo(parent: string, url: string): string | undefined {
  let base = parent.replace(/\/+$/, '');
  let rest = url;
  for (;;)
    if (rest.startsWith('./')) rest = rest.slice(2);
    else if (rest.startsWith('../') || rest === '..') {
      const at = Math.max(base.lastIndexOf('/'), SCP.test(base) ? base.lastIndexOf(':') : -1);
      // The host, or the root, has nothing above it.
      if (at < 0 || /^[a-z][a-z0-9+.-]*:\/{1,2}[^/]*$/i.test(base)) return undefined;
      rest = rest.slice(3);
      if (base[at] === ':') return `${base.slice(0, at)}:${rest}`;
      base = base.slice(0, at);
    } else if (rest === '') return undefined;
    else return `${base}/${rest}`.replace(/\/+$/, '');
}

/** `git@host:o/r` and `ssh://git@host/o/r` as `https://host/o/r`, where the parent is `https://host/…`. */
function byHttps(url: string, parent: string): string {
  const origin = /^https:\/\/[^/]+/i.exec(parent)?.[0];
  const [, host, path] = /^(?:ssh:\/\/)?git@([\w.-]+)[:/](?!\/)(.+)$/.exec(url) ?? [];
  return origin !== undefined &&
    host !== undefined &&
    origin.toLowerCase() === `https://${host.toLowerCase()}`
    ? `${origin}/${path}`
    : url;
}
