/** What was looked at: fine, worth knowing, or broken with what mends it. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem';
  subject: string;
  message: string;
  /** What to do; a sentence, or what leads to the command. */
  fix?: string;
  /** The command that mends it, or that shows more. */
  command?: string;
}
