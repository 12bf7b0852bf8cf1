import { checkTitle, checkWord } from '../domain/check-words.ts';
import { STEP } from '../domain/progress.ts';

/** A check whose part of a log is looked for; the command is absent while no status says it. */
export interface KnownCheck {
  name: string;
  command?: string | undefined;
}

/** Lines of a log, both ends included. That these lines are what they look like is not proved: programs of the repository print lines too. */
export interface LogPart {
  /** `check "lint"`, `step "Cloning repository"`. */
  of: string;
  from: number;
  to: number;
  /** False when the line that ends it is missing. */
  isWhole: boolean;
}

const INSTALLING = 'Installing dependencies';
const PHASES: readonly string[] = [...Object.values(STEP).map(({ phase }) => phase), INSTALLING];
/** Lines that end what was before, beside those of the steps. */
const OTHERS =
  /^(?:Running .+ (?:on the base commit, to compare|a second time, because a test may be flaky)|Failures of .+:|The end of the output of .+:)$/;

/** The step that a line announces. */
const stepOf = (line: string): string | undefined =>
  PHASES.find((phase) => line === phase || line.startsWith(`${phase}: `));

const kindSteps: Readonly<Record<string, string>> = {
  format: STEP.format.phase,
  lint: STEP.lint.phase,
  typecheck: STEP.typecheck.phase,
  test: STEP.test.phase,
  install: INSTALLING,
};

type Mark = 'start' | 'end' | 'other' | undefined;

/** Tells the lines that begin and end a check, and those that begin something else. A command of several lines is known by its first. */
function marksOf({ name, command }: KnownCheck): (line: string) => Mark {
  const run = command?.split('\n', 1)[0];
  const isWholeCommand = run === command;
  const kind = kindSteps[name.split(' ')[0] ?? ''];
  const starts = run === undefined ? [] : Object.values(kindSteps).map((phase) => `${phase}: ${run}`);
  const passed = `${checkTitle(name)} passed (`;
  const failed = `${checkWord(name)} failed: ${run ?? ''}`;
  const isStart = (line: string): boolean =>
    run === undefined ? kind !== undefined && line.startsWith(`${kind}: `) : starts.includes(line);
  const isEnd = (line: string): boolean =>
    (line.startsWith(passed) && /^\d+\.\d s\)/.test(line.slice(passed.length))) ||
    (line.startsWith(failed) &&
      (run === undefined ||
        !isWholeCommand ||
        /^ (?:exited with code -?\d|did not end within )/.test(line.slice(failed.length))));
  return (line) => {
    if (isStart(line)) return 'start';
    if (isEnd(line)) return 'end';
    return stepOf(line) !== undefined || OTHERS.test(line) ? 'other' : undefined;
  };
}

interface Block {
  from: number;
  to?: number;
  /** The last line before something else began. */
  cut?: number;
}

/** The block after one more line. What may be forged makes a block longer rather than shorter. */
function next(block: Block | undefined, mark: Mark, at: number): Block | undefined {
  if (mark === 'start')
    return block && block.to === undefined && block.cut === undefined ? block : { from: at };
  if (!block || mark === undefined) return block;
  if (mark === 'other') return { ...block, cut: block.cut ?? at - 1 };
  return block.to === undefined || block.cut === undefined ? { from: block.from, to: at } : block;
}

/** The last part of a log between the lines that begin and end a check: its last run. Undefined when no line begins it. */
export function checkPart(lines: readonly string[], check: KnownCheck): LogPart | undefined {
  const markOf = marksOf(check);
  let block: Block | undefined;
  for (const [at, line] of lines.entries()) block = next(block, markOf(line), at);
  if (!block) return undefined;
  const to = block.to ?? block.cut ?? lines.length - 1;
  return { of: `check ${JSON.stringify(check.name)}`, from: block.from, to, isWhole: block.to !== undefined };
}

/** The part of the step in which a task failed: from the line that begins the step to the one that says the error, or to the end of the log. */
export function failedStepPart(lines: readonly string[], error: string | undefined): LogPart | undefined {
  const sentence = error?.split('\n', 1)[0];
  const said = sentence ? lines.lastIndexOf(sentence) : -1;
  const to = said < 0 ? lines.length - 1 : said;
  const from = lines.findLastIndex((line, at) => at <= to && stepOf(line) !== undefined);
  if (from < 0) return undefined;
  return { of: `step ${JSON.stringify(stepOf(lines[from] ?? ''))}`, from, to, isWhole: said >= 0 };
}
