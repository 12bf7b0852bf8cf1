import { HOLE, type ShellValues } from '../shell-values.ts';

const WORD = /(?:[^\s"']+|"(?:[^"\\]|\\.)*"|'[^']*')+/g;
/** Programs that do all they know when the flag that selects is gone. */
const SELECTS = /(^|\s)(tox|nox|make|just|task|nx|turbo)\s/;
const SHARD =
  /\s--(shard|partition|splits|group|shard-index|shard-count|total-shards)[= ]["']?[\w:/-]+["']?/g;

/** A command without the flags that cut its tests into parts for several machines. */
export const withoutShards = (run: string): string =>
  /\s--(shard|partition|splits)\b/.test(run) ? run.replace(SHARD, '') : run;

/**
 * A command without the words that hold something unknown: a flag with its value, a word that is nothing else. Undefined when the
 * command means something else without it.
 */
export function withoutHoles(run: string, hole: string): string | undefined {
  if (!run.includes(hole)) return run;
  const words = run.match(WORD) ?? [];
  const kept: string[] = [];
  for (const [at, word] of words.entries()) {
    if (!word.includes(hole)) {
      kept.push(word);
      continue;
    }
    const isFlag = /^-{1,2}[\w-]+=/.test(word);
    const isAlone = word.replaceAll(hole, '').replace(/["']/g, '') === '';
    const before = words[at - 1] ?? '';
    const isValue = /^-{1,2}[\w-]+$/.test(before) && kept.at(-1) === before;
    if (at === 0 || (!isFlag && !isAlone && !isValue)) return undefined;
    if (isValue) kept.pop();
  }
  const rest = kept.join(' ');
  return kept.length < 2 || SELECTS.test(rest) || /(^|\s)(run|exec|--)$/.test(rest) ? undefined : rest;
}

/** A command without the flags that send its results to a service. */
export const withoutUploads = (run: string): string =>
  run.length > 1_024
    ? run
    : run
        .replace(/(\bpsalm\b[^;&|]*?)\s--shepherd(=\S+)?(?=\s|$)/, '$1')
        .replace(/(\bgradlew?\b[^;&|]*?)\s--scan(?=\s|$)/, '$1');

/** A command without flags that name what it would take anyway. */
export const withoutDefaults = (run: string): string =>
  run
    .replace(/\s--installpkg[= ]\S+|\s--skip-pkg-install\b/g, '')
    // A compiler of one version is one of many that CI tries; here the machine's own must do.
    .replace(/\s-DCMAKE_C(XX)?_COMPILER=["']?(g\+\+|gcc|clang(\+\+)?)-\d+["']?(?=\s|$)/g, '')
    .replace(/\s--manifest-path[= ]["']?(\.\/)*Cargo\.toml["']?(?=\s|$)/, '');

const TOX_PYTHON = new RegExp(
  `(\\s)-[ef][ =]"?(?:py)?(?:\\$\\{?(\\w+)(?:[%#/:][^}\\s]*)?\\}?|${HOLE}+)(-[\\w-]+)?"?(?=\\s|$)`,
);

/** One version of Python, as the name of an environment. */
const PYTHON_OF_TOX = /(\s-e[ =]?["']?)(?:py)?3\.?\d+t?(?=[-,"'\s]|$)/;

/** tox with the Python at hand, where CI chooses one that is not known here: `-e ${PYTHON}-tests` is `-e py-tests`. */
export const withThisPython = (run: string, values: ShellValues): string =>
  /(^|\s)tox\s/.test(run)
    ? run
        .replace(TOX_PYTHON, (whole, space: string, name?: string, rest = '') =>
          name !== undefined && values.get(name) !== undefined ? whole : `${space}-e py${rest}`,
        )
        .replace(PYTHON_OF_TOX, '$1py')
    : run;
