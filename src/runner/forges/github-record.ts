import type { ForgeKind } from './forge.ts';
import { gh } from './gh.ts';
import { isGithub, namedGithubHosts } from './github-address.ts';

const TEMPLATE = /^pull_request_template\.(?:md|txt)$/;

/** What there is to know of GitHub without its client. */
export const githubRecord = {
  name: 'github',
  title: 'GitHub',
  serves: isGithub,
  tokenVariables: ['GITHUB_TOKEN', 'GH_TOKEN', 'GH_ENTERPRISE_TOKEN'],
  hosts: namedGithubHosts,
  signIn: gh,
  hints: [
    [/refusing to allow .*workflow/i, 'The token may not change workflows: it needs the workflow scope.'],
    [
      /protected branch|GH006|GH013|rule violations/i,
      "The repository's rules refuse this branch: allow background-task-* in its branch rules.",
    ],
  ],
  // https://docs.github.com/en/communities, about pull request templates
  templates: [
    ['.github/', TEMPLATE],
    ['', TEMPLATE],
    ['docs/', TEMPLATE],
  ],
} satisfies Omit<ForgeKind, 'create'>;
