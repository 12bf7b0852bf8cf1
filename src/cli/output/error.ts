/** An output option that cannot be obeyed: the command line ends with its usage exit code (2). The message is one sentence or two. */
export class OutputError extends Error {
  override name = 'OutputError';
}
