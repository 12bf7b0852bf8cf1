import type { CheckKind } from '../check.ts';

/** Why a command can never be a check. */
export type Refusal =
  | 'watches and never ends'
  | 'deploys, publishes or changes a machine'
  | 'is a placeholder'
  | 'needs a browser'
  | 'cannot fail'
  | 'asks for input'
  | 'deletes files outside the checkout'
  | 'downloads programs or files'
  | 'needs a container'
  | 'is made for another machine'
  | 'asks for tests that are left out otherwise'
  | 'wants a tree without changes'
  | 'takes other dependencies'
  | 'fuzzes or measures'
  | 'needs a package that CI builds before';

/** The name of an ecosystem's record, or `any` for programs that belong to none. */
export type EcosystemName = string;

/** What one program does when its arguments match. The first matching rule of a program holds. */
export interface ToolRule {
  tool: string;
  /** Matched against the arguments joined by single spaces, with a space at both ends. */
  args?: RegExp;
  kind?: CheckKind;
  refusal?: Refusal;
  /** It rewrites files of the tree. */
  writes?: true;
  /** Its verdict depends on the name of the script it stands in: `tsc` compiles in `build` and judges in `types`. */
  weak?: true;
  ecosystem: EcosystemName;
}

/** A program, the arguments it must match, and what it then does. */
export type Row = [tool: string, args: RegExp | undefined, outcome: Partial<ToolRule>];
/** Rules of one ecosystem from rows. */
export const rows = (ecosystem: EcosystemName, list: readonly Row[]): ToolRule[] =>
  list.map(([tool, args, outcome]) => ({ tool, args, ...outcome, ecosystem }));

export const LINT = { kind: 'lint' } as const;
export const TEST = { kind: 'test' } as const;
export const TYPES = { kind: 'typecheck' } as const;
export const FORMAT = { kind: 'format', writes: true } as const;
export const FIX = { kind: 'lint', writes: true } as const;
export const INSTALL = { kind: 'install' } as const;
export const WATCH = { refusal: 'watches and never ends' } as const;
export const DEPLOY = { refusal: 'deploys, publishes or changes a machine' } as const;
export const DELETES_OUTSIDE = { refusal: 'deletes files outside the checkout' } as const;
export const TOOTHLESS = { refusal: 'cannot fail' } as const;
export const NOTHING = {} as const;
export const DOWNLOADS = { refusal: 'downloads programs or files' } as const;
export const CONTAINER = { refusal: 'needs a container' } as const;
export const OTHER_DEPENDENCIES = { refusal: 'takes other dependencies' } as const;

export const BROWSER = { refusal: 'needs a browser' } as const;
