/** Why a path is protected: what a push that changes it does before anyone has reviewed it. */
export type ProtectedWhy = 'ci' | 'deploy' | 'review' | 'fetch' | 'bytes' | 'self';

/** The sentence of each reason, for documentation and errors. */
export const PROTECTED_WHY: Record<ProtectedWhy, string> = {
  ci: 'tells a CI what to run with the secrets of the repository; a push is enough',
  deploy: 'tells a hosting service what to build or deploy; a push is enough',
  review: 'decides who must review a change, and what is merged without a review',
  fetch: 'decides from where a clone fetches further code',
  bytes: 'decides which bytes a checkout has (encodings, line ends, filters), and what reviewers see of them',
  self: 'decides which checks this program runs and what it protects',
};

/** Paths, as in .gitignore, that a change must not touch unless the task names them: with the program that reads them and the reason. */
// prettier-ignore
export const PROTECTED: readonly (readonly [path: string, reader: string, why: ProtectedWhy])[] = [
  ['.github/workflows/**', 'GitHub Actions', 'ci'],
  ['.github/actions/**', 'GitHub Actions', 'ci'],
  ['.github/dependabot.{yml,yaml}', 'Dependabot', 'review'],
  ['CODEOWNERS', 'GitHub, GitLab, Gitea, Bitbucket', 'review'],
  ['.mergify.{yml,yaml}', 'Mergify', 'review'],
  ['.mergify/**', 'Mergify', 'review'],
  ['.github/mergify.{yml,yaml}', 'Mergify', 'review'],
  ['.gitlab-ci.yml', 'GitLab CI', 'ci'],
  ['.gitlab/ci/**', 'GitLab CI', 'ci'],
  ['.circleci/**', 'CircleCI', 'ci'],
  ['.buildkite/**', 'Buildkite', 'ci'],
  ['.gitea/workflows/**', 'Gitea Actions', 'ci'],
  ['.forgejo/workflows/**', 'Forgejo Actions', 'ci'],
  ['.travis.yml', 'Travis CI', 'ci'],
  ['.cirrus.{yml,star}', 'Cirrus CI', 'ci'],
  ['.drone.{yml,yaml,jsonnet,star}', 'Drone', 'ci'],
  ['.woodpecker*', 'Woodpecker', 'ci'],
  ['azure-pipelines*.{yml,yaml}', 'Azure Pipelines', 'ci'],
  ['.azure-pipelines*', 'Azure Pipelines', 'ci'],
  ['bitbucket-pipelines.yml', 'Bitbucket Pipelines', 'ci'],
  ['Jenkinsfile', 'Jenkins', 'ci'],
  ['Jenkinsfile.*', 'Jenkins', 'ci'],
  ['.tekton/**', 'Tekton Pipelines as Code', 'ci'],
  ['{.appveyor,appveyor}.{yml,yaml}', 'AppVeyor', 'ci'],
  ['.semaphore/**', 'Semaphore', 'ci'],
  ['.teamcity/**', 'TeamCity', 'ci'],
  ['.build.yml', 'SourceHut', 'ci'],
  ['.builds/**', 'SourceHut', 'ci'],
  ['bitrise.yml', 'Bitrise', 'ci'],
  ['codefresh.{yml,yaml}', 'Codefresh', 'ci'],
  ['.codefresh/**', 'Codefresh', 'ci'],
  ['{.wercker,wercker}.yml', 'Wercker', 'ci'],
  ['cloudbuild*.{yml,yaml,json}', 'Google Cloud Build', 'ci'],
  ['buildspec*.{yml,yaml}', 'AWS CodeBuild', 'ci'],
  ['.harness/**', 'Harness', 'ci'],
  ['netlify.toml', 'Netlify', 'deploy'],
  ['vercel.json', 'Vercel', 'deploy'],
  ['.gitmodules', 'git', 'fetch'],
  ['.lfsconfig', 'Git LFS', 'fetch'],
  ['.gitattributes', 'git', 'bytes'],
  ['.bgtask.yaml', 'bgtask', 'self'],
];
