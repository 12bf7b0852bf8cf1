import { forgeKinds } from './forges/table.ts';
import { git, gitList } from './git.ts';

/** What a repository asks of each pull request, as its base branch says it. */
export interface HouseRules {
  /** The text that a new pull request begins with. */
  template?: string;
  /** Commits must carry `Signed-off-by` (the DCO app's configuration is there). */
  signsOff: boolean;
}

/** GitLab's, which is served as a plain git host. */
const GITLAB = ['.gitlab/merge_request_templates/', /^default\.md$/] as const;
const DCO = '.github/dco.yml';
/** Characters of a template that is used: the proof must have room beside it. */
const TEMPLATE_MAX = 16_384;
/** A regular file, in git's list of a tree; links are left out. */
const ENTRY = /^100(?:644|755) blob ([0-9a-f]+)\t(.+)$/s;

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** True when nothing that follows the text is hidden by it: no comment and no code block stays open. */
function isClosed(text: string): boolean {
  const fences = text.split('\n').filter((line) => /^ {0,3}(?:```|~~~)/.test(line)).length;
  return fences % 2 === 0 && text.lastIndexOf('<!--') <= text.lastIndexOf('-->');
}

/** Reads the rules from a commit of the pristine copy. A template that is too long, is not text or would hide what follows it is left out. */
export async function houseRules(gitDir: string, commit: string): Promise<HouseRules> {
  const templates = [...forgeKinds().flatMap((kind) => kind.templates ?? []), GITLAB];
  const places = templates.map(([folder]) => folder || './');
  const entries = await gitList(['ls-tree', '-z', commit, '--', ...places], { gitDir });
  const files = entries.flatMap((entry) => {
    const [, id, path] = ENTRY.exec(entry) ?? [];
    return id && path ? [{ id, path }] : [];
  });
  const found = templates.flatMap(([folder, name]) =>
    files.filter(
      ({ path }) => folderOf(path) === folder && name.test(path.slice(folder.length).toLowerCase()),
    ),
  )[0];
  const text = found && (await git(['cat-file', 'blob', found.id], { gitDir }).catch(() => undefined));
  const isUsable =
    text !== undefined &&
    text.trim() !== '' &&
    text.length <= TEMPLATE_MAX &&
    !text.includes('\0') &&
    isClosed(text);
  return { ...(isUsable && { template: text }), signsOff: files.some(({ path }) => path === DCO) };
}
