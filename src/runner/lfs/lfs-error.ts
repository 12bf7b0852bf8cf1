/** A failure to fetch or upload files of Git LFS, as a sentence for people; holds nothing secret. */
export class LfsError extends Error {
  override name = 'LfsError';
  /** True when another try may go well: the connection broke, or the server is busy. */
  readonly isPassing: boolean;

  constructor(message: string, options: ErrorOptions & { isPassing?: boolean } = {}) {
    super(message, options);
    this.isPassing = options.isPassing ?? false;
  }
}
