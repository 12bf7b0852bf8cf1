/**
 * The variable by which processes of a stage are found after they left its process group: its value is a UUID or begins with
 * one, so it belongs to one stage only, and every process that the
 * stage starts inherits it.
 */
export const COOKIE_ENV = 'BGTASK_JOB_COOKIE';
