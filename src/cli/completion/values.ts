/** Something that may be typed. */
interface Candidate {
  value: string;
  description?: string;
}

/** What the shell is to do besides (cobra's ShellCompDirective): a sum of these. */
export const DIRECTIVE = { files: 0, noSpace: 2, noFiles: 4, folders: 16 } as const;

export interface Completion {
  candidates: readonly Candidate[];
  /** No files unless it says so. */
  directive?: number;
}

export const NOTHING: Completion = { candidates: [] };
export const FILES: Completion = { candidates: [], directive: DIRECTIVE.files };
export const FOLDERS: Completion = { candidates: [], directive: DIRECTIVE.folders };

/** Fixed words, each with what it means where that is not plain. */
export const words = (
  ...values: readonly (string | readonly [value: string, description: string])[]
): Completion => ({
  candidates: values.map((each) =>
    typeof each === 'string' ? { value: each } : { value: each[0], description: each[1] },
  ),
});
