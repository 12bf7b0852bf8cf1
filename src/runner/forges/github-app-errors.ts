import { FORGE_APP_VARIABLES } from '../../domain/credentials.ts';
import { answerOf, explain } from './github-errors.ts';

/** What was asked for, for the sentence of a failure. */
interface Attempt {
  app: string;
  /** `owner/name`. */
  repository: string;
  apiUrl: string;
  permissions: Readonly<Record<string, string>>;
}

const { id, privateKey, installationId } = FORGE_APP_VARIABLES;

/** What GitHub's refusals mean for an App, by status; `said` are its own words. */
const REFUSALS: Record<number, (attempt: Attempt, said: string, wanted: string) => string> = {
  401: ({ app }, said) =>
    `The GitHub App ${app} is refused ${said}. Check that ${id} and ${privateKey} belong together, that the key was not deleted, and the clock of where the task runs.`,
  403: ({ app }, said) =>
    `The installation of the GitHub App ${app} gives no token ${said}. It may be suspended: see where the App is installed.`,
  404: ({ app, repository }, said) =>
    `The GitHub App ${app} is not installed on ${repository} ${said}. Install it there, and correct ${installationId} or leave it out.`,
  422: ({ app, repository }, said, wanted) =>
    `The installation of the GitHub App ${app} does not give what the task needs on ${repository} ${said}: ${wanted}. Grant the App these permissions and that repository, and accept them where it is installed.`,
};

/** Why GitHub gave the App no token, and what to do. */
export function explainApp(error: unknown, attempt: Attempt): string {
  const { status, words } = answerOf(error);
  const { app, repository, apiUrl, permissions } = attempt;
  const wanted = Object.entries(permissions)
    .map(([name, level]) => `${name}: ${level}`)
    .join(', ');
  const refusal = status === undefined || /rate limit/i.test(words) ? undefined : REFUSALS[status];
  if (refusal) return refusal(attempt, `(${status} ${words})`, wanted);
  return `No token of the GitHub App ${app}: ${explain(error, { repository, apiUrl, base: '', permission: wanted })}`;
}
