import {
  DELETES_OUTSIDE,
  DEPLOY,
  DOWNLOADS,
  FIX,
  FORMAT,
  INSTALL,
  LINT,
  NOTHING,
  TEST,
  TOOTHLESS,
  TYPES,
  WATCH,
  type Row,
} from './rule.ts';

const all = (names: string, outcome: Row[2]): Row[] =>
  names.split(' ').map((name) => [name, undefined, outcome]);
/** A path above the checkout, in the home folder, absolute (but for a temporary one) or unknown. */
const OUTSIDE = / (\.\.(\/| )|~|\/(?!tmp\/)|\$)/;
const SKIPPED_TESTS = / (-DskipTests(=true)?|-Dmaven\.test\.skip(=true)?|-Dtests\.skip(=true)?) /;

/** Tasks that judge the source alone; beside test, check or build the whole is a test. */
const GRADLE_LINT =
  /^(?!.* (\S*:)?(test|check|build) ).* \S*(spotlessCheck|ktlintCheck|lintKotlin|detekt|checkstyle|pmd|spotbugs|lint|apiCheck|licenseCheck)/i;

/** Maven: what it does follows from its goals. */
export const MAVEN_RULES: Row[] = [
  ['mvn', / \S*(deploy|release|site-deploy|jib|docker|sonar:sonar)\S* /, DEPLOY],
  ['mvn', / \S*:(apply|format|rewrite) /, FORMAT],
  [
    'mvn',
    / \S*(spotless|checkstyle|fmt|formatter|pmd|spotbugs|license|impsort|sortpom|enforcer)\S*:\S*(check|validate|verify|enforce)\S* /,
    LINT,
  ],
  ['mvn', SKIPPED_TESTS, NOTHING],
  ['mvn', / (test|verify|install|package|integration-test) /, TEST],
  ['mvn', / (compile|test-compile) /, TYPES],
  // Without a goal Maven runs the default goal of the pom, which ends in the phase verify or later.
  ['mvn', /^( -\S+)+ $/, TEST],
];

/** Gradle: what it does follows from the names of tasks. */
export const GRADLE_RULES: Row[] = [
  ['gradle', / \S*(publish|upload|release|deploy|docker|jib|bintray)\S* | sonar(qube)? /i, DEPLOY],
  ['gradle', / (-t|--continuous|\S*(bootRun|run)) /, WATCH],
  ['gradle', / \S*(spotlessApply|ktlintFormat|formatKotlin|googleJavaFormat|scalafmtAll) /, FORMAT],
  ['gradle', /(?=.* (-x|--exclude-task)[ =]\S*test ).* (\S*:)?check /i, LINT],
  ['gradle', / (-x|--exclude-task)[ =]\S*test /i, TYPES],
  ['gradle', GRADLE_LINT, LINT],
  ['gradle', /^( (-\S+|(\S*:)?(compile\w*|assemble\w*|\w*[cC]lasses)))+ $/, TYPES],
  ['gradle', / \S*(test|check|build|verify)\S* /i, TEST],
  ['gradle', / \S*(compile\w*|assemble|classes) /, TYPES],
];

/** Ruby. */
export const RUBY_RULES: Row[] = [
  ['rubocop', / (-x|--fix-layout) /, FORMAT],
  ['rubocop', / (-a|-A|--autocorrect|--auto-correct|--autocorrect-all) /, FIX],
  ['standardrb', / --fix /, FIX],
  ...all('rubocop standardrb reek erblint erb_lint haml-lint slim-lint fasterer brakeman', LINT),
  ...all('srb steep', TYPES),
  ...all('rspec minitest cucumber parallel_rspec m knapsack', TEST),
  ['guard', undefined, WATCH],
  ['rails', / (test:system|test:all) /, { refusal: 'needs a browser' }],
  ['rails', / (test|spec)\S* /, TEST],
  ['rake', / \S*(release|push|deploy|publish)\S* /, DEPLOY],
  ['rake', / \S*(rubocop|lint|standard|internal_investigation)\S* /, LINT],
  ['rake', / \S*(install|build|compile|db|docs?|yard)\S* /, NOTHING],
  ['rake', /^ $| \S*(test|spec|default|check)\S* /, TEST],
  ['gem', / push /, DEPLOY],
  ['bundle', / (install|$)/, INSTALL],
];

/** PHP. */
export const PHP_RULES: Row[] = [
  ['php-cs-fixer', / (--dry-run|check) /, LINT],
  ['php-cs-fixer', / fix /, FORMAT],
  ['pint', / (--test|--bail) /, LINT],
  ['pint', undefined, FORMAT],
  ['phpcbf', undefined, FORMAT],
  ['ecs', / --fix /, FORMAT],
  ['rector', / --dry-run /, LINT],
  ['rector', undefined, FIX],
  ...all('phpcs ecs parallel-lint phpmd phplint twigcs deptrac composer-require-checker', LINT),
  ...all('phpstan psalm phan', TYPES),
  ...all('phpunit pest paratest simple-phpunit codecept behat phpspec kahlan', TEST),
  ['php', / \S*artisan test /, TEST],
  ['artisan', / test /, TEST],
  ['composer', / (validate|normalize --dry-run) /, LINT],
  ['composer', / (install|i) /, INSTALL],
];

/** Elixir. */
export const ELIXIR_RULES: Row[] = [
  ['mix', / deps\.get /, INSTALL],
  ['mix', / format (.* )?(--check-formatted|--dry-run) /, LINT],
  ['mix', / format /, FORMAT],
  ['mix', / (credo|sobelow|doctor) /, LINT],
  ['mix', / (dialyzer|compile (.* )?--warnings?-as-errors?) /, TYPES],
  ['mix', / deps\.unlock (.* )?--check-unused /, LINT],
  ['mix', / coveralls\.(github|post|circle|travis|gitlab|semaphore|drone) /, DEPLOY],
  ['mix', / test\.watch /, WATCH],
  ['mix', / (test|coveralls\S*) /, TEST],
  ['mix', / (hex\.publish|ecto\.drop|phx\.server) /, DEPLOY],
];

/** .NET. */
export const DOTNET_RULES: Row[] = [
  ['dotnet', / (watch|run) /, WATCH],
  ['dotnet', / (publish|nuget push|pack) /, DEPLOY],
  ['dotnet', / format (.* )?--verify-no-changes /, LINT],
  ['dotnet', / csharpier (.* )?(check|--check) /, LINT],
  ['csharpier', / (check|--check) /, LINT],
  ['dotnet', / (format|csharpier) /, FORMAT],
  ['dotnet', / (test|vstest) /, TEST],
  ['dotnet', / build /, TYPES],
  ['dotnet', / (restore|tool restore) /, INSTALL],
];

/** Programs of no ecosystem: judges that any repository may use, and what no check may do. */
export const ANY_RULES: Row[] = [
  ['reuse', / lint /, LINT],
  ...['pre-commit', 'prek'].flatMap((tool): Row[] => [
    [tool, / run (.* )?(mypy|pyright|basedpyright|pyrefly|ty|tsc)(-\S+)? /, TYPES],
    [tool, / run /, { kind: 'lint', writes: true }],
  ]),
  ['sbt', /publish|release/i, DEPLOY],
  ['sbt', / '?(\S*[:/])?(scalafmt\w*Check|headerCheck|scalafix(All)? --check|scalastyle)\w*/i, LINT],
  ['sbt', / ['"]?(\S*\/)?(test|testOnly|testFull|validate|validateJVM)['"]? /, TEST],
  ['shfmt', / (-d|-l|--diff) /, LINT],
  ['shfmt', / (-w|--write) /, FORMAT],
  ['buf', / (lint|format (.* )?--exit-code) /, LINT],
  ...all('shellcheck actionlint hadolint yamllint markdownlint-cli taplo typos ansible-lint tflint', LINT),
  ['bats', undefined, TEST],
  ...all(
    'docker docker-compose cross podman buildah nerdctl skopeo kubectl helm helmfile kustomize oc kind minikube k3d skaffold',
    DEPLOY,
  ),
  ...all(
    'aws gcloud az gh glab circleci heroku flyctl fly doctl eksctl serverless sls sam cdk pulumi ansible-playbook',
    DEPLOY,
  ),
  ...all('ssh scp rsync sftp sudo su doas apt apt-get yum dnf apk brew pacman systemctl service', DEPLOY),
  ['terraform', / (fmt (.* )?-check|validate) /, LINT],
  ['terraform', / fmt /, FORMAT],
  ['tofu', / (fmt (.* )?-check|validate) /, LINT],
  ...all('terraform tofu terragrunt', DEPLOY),
  ['git', / (push|tag|commit|reset|clean|checkout|switch|stash|rebase|merge) /, DEPLOY],
  ...['rm', 'rimraf', 'del', 'del-cli', 'trash'].map((tool): Row => [tool, OUTSIDE, DELETES_OUTSIDE]),
  ['git', / (clone|fetch|pull) /, DOWNLOADS],
  ...['curl', 'wget'].flatMap((tool): Row[] => [
    [tool, / (--version|-V) | \S*(localhost|127\.0\.0\.1)/, NOTHING],
    [tool, undefined, DOWNLOADS],
  ]),
  ['watchexec', undefined, WATCH],
  ['entr', undefined, WATCH],
  ['read', undefined, { refusal: 'asks for input' }],
  ['true', undefined, TOOTHLESS],
];
