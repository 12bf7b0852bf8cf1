/** The result of one check: fine, worth knowing, or broken with a fix. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem';
  subject: string;
  message: string;
  /** What to do; a sentence, or what leads to the command. */
  fix?: string;
  /** The command that fixes it or shows more. */
  command?: string;
}
