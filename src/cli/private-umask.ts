const WRITE_OF_OTHERS = 0o022;

/** Sees to it that nothing which this process and its children make can be written by other users, whatever the shell's umask is. */
export const privateUmask = (): void => void process.umask(process.umask() | WRITE_OF_OTHERS);
