import { JobTrail } from './job-trail.ts';
import { isForeignText } from './matrix.ts';
import type { Pipeline } from './pipeline.ts';
import { readYamlBlock, variablesOf } from './yaml-block.ts';
import type { YamlView } from './yaml-view.ts';

const NO_JOB = new Set('default stages variables include workflow image services cache pages'.split(' '));
const MAX_EXTENDS = 8;

/** Reads the jobs of a GitLab pipeline, with what they extend. */
export function readGitLab(view: YamlView, { path, facts, list }: Pipeline): void {
  const shared = view.get('default')?.get('before_script') ?? view.get('before_script');
  for (const [name, job] of view.entries()) {
    if (name.startsWith('.') || NO_JOB.has(name)) continue;
    const own = (key: string): YamlView | undefined => inherited(view, job, key);
    if (!isForChanges(own)) continue;
    const trail = new JobTrail(facts, { job: name, rank: 0 });
    const [variant] = own('parallel')?.itemsAt('matrix') ?? [];
    const env = [
      ...variablesOf(view.get('variables')),
      ...variablesOf(own('variables')),
      ...firstOf(variant),
    ];
    const place = { path, dir: '', env };
    for (const lines of [own('before_script') ?? shared, own('script')]) readLines(lines, place, trail);
    trail.close(list);
    const services =
      own('services')
        ?.items()
        .flatMap((item) => item.text() ?? item.textAt('name') ?? []) ?? [];
    if (services.length > 0)
      list.note(
        `${path} job ${name}: CI starts ${services.slice(0, 5).join(', ')} for its tests; here it must be provided`,
      );
  }
}

/** The first row of a matrix. */
const firstOf = (variant: YamlView | undefined): [string, string][] =>
  (variant?.entries() ?? []).flatMap(([name, value]): [string, string][] => {
    const text = value.text() ?? value.items()[0]?.text();
    return text === undefined ? [] : [[name, text]];
  });

/** A key of a job or of the nearest job that it extends. */
function inherited(root: YamlView, job: YamlView, key: string, depth = 0): YamlView | undefined {
  const own = job.get(key);
  if (own || depth > MAX_EXTENDS) return own;
  const bases = job.get('extends');
  const names = [bases?.text(), ...(bases?.items().map((item) => item.text()) ?? [])].filter(
    (name) => name !== undefined,
  );
  for (const name of names.reverse()) {
    const base = root.get(name);
    const found = base && inherited(root, base, key, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** What starts a job beside a change: tags, the branch of releases, a clock, a person, another pipeline. */
const OTHER_START = /^(tags|main|master|schedules|triggers|web|api|pipelines)$/;
const OTHER_RULE =
  /\$CI_COMMIT_TAG(?!\s*==\s*null)|\$CI_PIPELINE_SOURCE\s*==\s*["'](schedule|web|trigger|api|pipeline)["']|\$CI_COMMIT_(BRANCH|REF_NAME)\s*==\s*(\$CI_DEFAULT_BRANCH|["'](main|master)["'])/;

type Own = (key: string) => YamlView | undefined;

/** The texts of a key that holds one or a list. */
const textsOf = (view: YamlView | undefined): string[] =>
  [view, ...(view?.items() ?? [])].flatMap((item) => item?.text() ?? []);

/** A job that may fail, that a person starts, or of a stage that makes something else than a verdict. */
const hasOtherPurpose = (own: Own): boolean =>
  own('allow_failure')?.text() === 'true' ||
  own('when')?.text() === 'manual' ||
  /^(docs?|deploy|release|publish|pages)$/.test(own('stage')?.text() ?? '');

function isForChanges(own: Own): boolean {
  if (textsOf(own('tags')).some(isForeignText) || own('environment') || hasOtherPurpose(own)) return false;
  const only = own('only');
  const names = textsOf(only?.get('refs') ?? only).map((name) => name.replace(/@.*$/, ''));
  if (names.length > 0 && names.every((name) => OTHER_START.test(name))) return false;
  const rules = own('rules')?.items() ?? [];
  return rules.length === 0 || rules.some(mayStart);
}

/** True for a rule that starts the job for a change. */
const mayStart = (rule: YamlView): boolean =>
  !/^(manual|never|delayed)$/.test(rule.textAt('when') ?? '') && !OTHER_RULE.test(rule.textAt('if') ?? '');

/** A script is one text or a list, which may hold lists in its turn. */
function readLines(
  lines: YamlView | undefined,
  place: { path: string; dir: string; env: [string, string][] },
  trail: JobTrail,
): void {
  if (!lines) return;
  const texts = lines.items().flatMap((item) => (item.items().length > 0 ? item.items() : [item]));
  for (const text of texts.length > 0 ? texts : [lines]) readYamlBlock(text, place, trail);
}
